//! Bringing in a tracker from a file beside the program: reads it, hands its rows over, tells what was done.

mod report;

use std::path::PathBuf;
use std::str::FromStr;

use chrono::NaiveDate;
use clap::ValueEnum;

use crate::auth::{Caller, Role, Roles};
use crate::db::{DbError, Tx};
use crate::domain::committee::CommitteeCode;
use crate::domain::imported::TrackerField;
use crate::domain::text::check_line;
use crate::published::{Importer, a_name};
use crate::records::imports::{Import, Options, import};
pub use crate::records::imports::{
    TrackerImport, TrackerImportChange, TrackerImportColumn, TrackerImportCounts,
    TrackerImportError, TrackerImportMeeting, TrackerImportRow,
};
use crate::records::{Failure, Undone, Writing};
use crate::tracker::{self, FileKind, Mapping, NotRead, Tracker};
pub use report::told;

/// Whom the history names for what is imported.
const ACTOR: &str = "import actions";

/// What stands for a column where none is to be taken.
const NO_COLUMN: &str = "-";

/// What `import actions` is asked for.
#[derive(Debug, Clone, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct ActionsArgs {
    /// The tracker: a CSV file or an XLSX workbook.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Take something from the column with that heading, instead of what is guessed: "Who does it=owner". -=FIELD takes it from
    /// no column. The fields are reference, committee, meeting, `agenda_item`, title, resolution, action, owner, due,
    /// `revised_due`, status, progress and `completed_on`. May be given again.
    #[arg(long = "map", value_name = "HEADING=FIELD")]
    pub columns: Vec<Named<TrackerField>>,
    /// Take a post for owners that are printed so, by its id or its title; an empty name stands for rows without an owner. May be
    /// given again.
    #[arg(long = "owner", value_name = "PRINTED=POST")]
    pub owners: Vec<Named<Post>>,
    /// The committee of rows that name none.
    #[arg(long, value_name = "CODE")]
    pub committee: Option<CommitteeCode>,
    /// The sheet of a workbook; the first with headings that are recognised unless it is named.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// What the tracker is called here. References are of one tracker only, so a second one needs a name of its own.
    #[arg(long, value_name = "NAME", default_value = crate::records::imports::DEFAULT_SYSTEM, value_parser = a_name)]
    pub system: String,
    /// Record meetings that are not recorded as held, on the day that the rows say.
    #[arg(long)]
    pub create_meetings: bool,
    /// Record posts that are not recorded, by the name that is printed, where no post has a name like it.
    #[arg(long)]
    pub create_posts: bool,
    /// Record everything as exempt from publication.
    #[arg(long)]
    pub exempt: bool,
    /// Leave out rows that say that they are done with, unless they were brought in before.
    #[arg(long)]
    pub leave_out_completed: bool,
    /// When what has no due day is to be reviewed; today unless it is said.
    #[arg(long, value_name = "DATE")]
    pub review_on: Option<NaiveDate>,
    /// Do everything, say what would become of each row, and keep nothing. This is what is done unless --apply is given.
    #[arg(long, conflicts_with = "apply")]
    pub dry_run: bool,
    /// Bring the rows in, all or none.
    #[arg(long)]
    pub apply: bool,
    /// How to say what was done: a table for people, or one JSON object on a line.
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    pub format: ReportFormat,
}

/// How `import actions` says what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Table,
    /// For scripts: what the API answers with.
    Json,
}

/// Something that a printed name stands for. The name may hold equals signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T> {
    /// As printed.
    pub printed: String,
    /// What it stands for.
    pub stands_for: T,
}

impl<T: FromStr<Err: std::fmt::Display>> FromStr for Named<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (printed, stands_for) = text
            .rsplit_once('=')
            .ok_or_else(|| "must be written with an equals sign between the two".to_owned())?;
        Ok(Self {
            printed: printed.to_owned(),
            stands_for: stands_for
                .parse()
                .map_err(|error: T::Err| error.to_string())?,
        })
    }
}

/// A post, by its id or its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post(pub String);

impl FromStr for Post {
    type Err = crate::domain::text::TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_line(text, 200)?;
        Ok(Self(text.to_owned()))
    }
}

/// Why a tracker was not brought in.
#[derive(Debug, thiserror::Error)]
pub enum TrackerError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is too large.
    #[error("the file has more than {0} bytes (server.bulk_body_limit_bytes)")]
    TooLarge(usize),
    /// It is no tracker.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// The database failed.
    #[error("the database failed: {0}")]
    Db(#[from] DbError),
    /// Something else failed.
    #[error("it cannot be recorded: {0}")]
    Refused(String),
}

/// Reads the file that is named, of at most so many bytes.
pub fn read(args: &ActionsArgs, max: usize) -> Result<Tracker, TrackerError> {
    let failed = |source| TrackerError::File {
        path: args.file.clone(),
        source,
    };
    let length = std::fs::metadata(&args.file).map_err(failed)?.len();
    if usize::try_from(length).unwrap_or(usize::MAX) > max {
        return Err(TrackerError::TooLarge(max));
    }
    let bytes = std::fs::read(&args.file).map_err(failed)?;
    let mut mapping = Mapping::default();
    for column in &args.columns {
        if column.printed == NO_COLUMN {
            mapping.without.push(column.stands_for);
        } else {
            mapping
                .named
                .push((column.stands_for, column.printed.clone()));
        }
    }
    let ending = args
        .file
        .extension()
        .map(std::ffi::OsStr::to_ascii_lowercase);
    let kind = match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("xlsx" | "xlsm") => FileKind::Xlsx,
        _ => FileKind::Csv,
    };
    Ok(tracker::read(
        &bytes,
        kind,
        args.sheet.as_deref(),
        &mapping,
    )?)
}

impl ActionsArgs {
    fn options(&self) -> Options {
        let owners = self.owners.iter();
        Options {
            system: self.system.clone(),
            committee: self.committee.as_ref().map(|code| code.as_str().to_owned()),
            owners: owners
                .map(|named| (named.printed.clone(), named.stands_for.0.clone()))
                .collect(),
            create_meetings: self.create_meetings,
            create_posts: self.create_posts,
            exempt: self.exempt,
            leave_out_completed: self.leave_out_completed,
            review_on: self.review_on,
        }
    }
}

impl Importer<'_> {
    /// Brings a tracker in, in one transaction; a dry run undoes it, and so does a row that is refused.
    pub async fn actions(
        &self,
        args: &ActionsArgs,
        tracker: Tracker,
    ) -> Result<TrackerImport, TrackerError> {
        let asked = Import {
            tracker,
            options: args.options(),
            dry_run: !args.apply,
        };
        let (now, ids, rules) = (self.clock.now(), self.ids.clone(), self.rules.clone());
        let request_id = self.ids.next(now);
        let dry_run = asked.dry_run;
        let caller = Caller {
            subject: ACTOR.to_owned(),
            name: Some("Import of a tracker".to_owned()),
            roles: Roles::of(&[Role::Clerk]),
            committees: None,
        };
        let job = move |tx: &mut Tx| {
            let mut w = Writing::begin(tx, &caller, &rules, request_id, now, ids.as_ref())?;
            let report = import(&mut w, &asked)?.report;
            if asked.dry_run || report.counts.refused > 0 {
                return Err(Undone::Rehearsed(Box::new(report)));
            }
            Ok(report)
        };
        let written = if dry_run {
            self.db.rehearse(job).await
        } else {
            self.db.write(job).await
        };
        let report = match written {
            Ok(report) => report,
            Err(Undone::Rehearsed(report)) => *report,
            Err(Undone::Failed(Failure::Db(error))) => return Err(error.into()),
            Err(Undone::Failed(failure)) => {
                return Err(TrackerError::Refused(format!("{failure:?}")));
            }
        };
        while self.db.seal().await? > 0 {}
        Ok(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_named_for_a_field_and_a_name_for_a_post() {
        let named: Named<TrackerField> = "By = when=due".parse().unwrap();
        assert_eq!(
            (named.printed.as_str(), named.stands_for),
            ("By = when", TrackerField::Due)
        );
        assert!("Who=nobody".parse::<Named<TrackerField>>().is_err());
        assert!("Who".parse::<Named<TrackerField>>().is_err());
        let nobody: Named<Post> = "=Clerk".parse().unwrap();
        assert_eq!(
            (nobody.printed.as_str(), nobody.stands_for.0.as_str()),
            ("", "Clerk")
        );
        assert!("Somebody=".parse::<Named<Post>>().is_err());
    }
}
