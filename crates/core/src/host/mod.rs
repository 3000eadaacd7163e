//! The hyper host: steps 1 to 7 of the flow.
