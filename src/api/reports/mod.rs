//! `/v1/reports`: what committees and auditors ask of the records as a whole.

pub(crate) mod coverage;
