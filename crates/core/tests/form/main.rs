//! The form parser against PHP's own reading, against hostile bodies, and in properties.

mod hostile;
mod properties;
mod vectors;
