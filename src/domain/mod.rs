//! The field's types and rules: committees, resolutions, due terms, the life of an action, references.
//!
//! Pure: no I/O, no framework and no clock of its own. Words come from the field; see each type.

pub(crate) mod vocabulary;

pub mod agenda;
pub mod assurance;
pub mod claim;
pub mod committee;
pub mod derived;
pub mod draft;
pub mod due;
pub mod evidence;
pub mod exemption;
pub mod extension;
pub mod headings;
pub mod ids;
pub mod imported;
pub mod life;
pub mod links;
pub mod meeting;
pub mod months;
pub mod naming;
pub mod progress;
pub mod published;
pub mod rag;
pub mod reference;
pub mod resolution;
pub mod response;
pub mod rules;
pub mod search;
pub mod structure;
pub mod succession;
pub mod text;
