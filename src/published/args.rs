//! What the command is asked for.

use std::str::FromStr;

use chrono::NaiveDate;

use super::site::BaseUrl;
use crate::cli::Format;
use crate::domain::committee::{BadCommitteeCode, CommitteeCode};

/// What `import moderngov` is asked for.
#[derive(Debug, Clone, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct ModerngovArgs {
    /// The address of the council's ModernGov site, e.g. <https://democracy.example.gov.uk>.
    #[arg(long, value_name = "URL")]
    pub base_url: BaseUrl,
    /// A committee by its id there, the first time with the code by which references are to name it: 135=CFS. May be given
    /// again. Without any, the committees of the site are listed.
    #[arg(long = "committee", value_name = "ID[=CODE]")]
    pub committees: Vec<Wanted>,
    /// The first day of the calendar to bring in; a year ago unless it is said.
    #[arg(long, value_name = "DATE")]
    pub from: Option<NaiveDate>,
    /// The last day of it; in a year unless it is said.
    #[arg(long, value_name = "DATE")]
    pub until: Option<NaiveDate>,
    /// Read the pages that people read, where the site's web service is switched off. Ids are the same in both, so that one can
    /// follow the other.
    #[arg(long)]
    pub pages: bool,
    /// Also bring in the minutes that the pages of held meetings show: read into drafts, which a clerk confirms. They are kept in
    /// the service's store, so give the service's configuration.
    #[arg(long)]
    pub minutes: bool,
    /// Do everything, say what would change, and keep nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// What the source is called here. Ids are of one site only, so a second site needs a name of its own.
    #[arg(long, value_name = "NAME", default_value = "moderngov", value_parser = a_name)]
    pub system: String,
    /// Say that the site has a new address, and is the same.
    #[arg(long)]
    pub site_moved: bool,
    /// How long to wait between two requests.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 1000)]
    pub pause_ms: u64,
    /// How long to wait for one answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout_seconds: u64,
    /// How to say what was done: text for people, or one JSON object on a line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// A committee that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its id there.
    pub reference: String,
    /// Its code here.
    pub code: Option<CommitteeCode>,
}

/// What names no committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWanted {
    /// No number stands first.
    #[error("must be the number that the site gives the committee, or NUMBER=CODE")]
    NoNumber,
    /// The code is none.
    #[error("the code {0}")]
    Code(#[from] BadCommitteeCode),
}

impl FromStr for Wanted {
    type Err = BadWanted;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (reference, code) = match text.split_once('=') {
            Some((reference, code)) => (reference, Some(code.parse()?)),
            None => (text, None),
        };
        let digits = reference.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !(1..=20).contains(&reference.len()) {
            return Err(BadWanted::NoNumber);
        }
        Ok(Self {
            reference: reference.to_owned(),
            code,
        })
    }
}

/// What a source is called, on the command line.
pub(crate) fn a_name(text: &str) -> Result<String, String> {
    crate::domain::text::check_line(text, 100).map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_committee_is_asked_for_by_its_number_there_and_its_code_here() {
        let wanted: Wanted = "135=CFS".parse().unwrap();
        assert_eq!(wanted.reference, "135");
        assert_eq!(wanted.code.unwrap().as_str(), "CFS");
        assert_eq!("135".parse::<Wanted>().unwrap().code, None);
        for bad in ["", "=CFS", "CFS", "135=", "135=cfs", "1 35"] {
            assert!(bad.parse::<Wanted>().is_err(), "{bad}");
        }
    }
}
