//! The pipeline: steps 8 to 11 of the flow.
