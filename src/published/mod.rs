//! Bringing in what a council publishes on its ModernGov site: committees, calendars, agendas.
//!
//! A committee is fetched whole before anything of it is written, so that a slow site holds up nobody; then one transaction
//! takes it over, or nothing of it.

mod report;
mod site;

use std::collections::HashSet;
use std::str::FromStr;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::auth::{Caller, Role, Roles};
use crate::cli::Format;
use crate::clock::SharedClock;
use crate::db::{Db, DbError};
use crate::domain::committee::{BadCommitteeCode, CommitteeCode};
use crate::domain::rules::Rules;
use crate::ids::SharedIds;
use crate::moderngov::{self, Committee, Meeting, NotUnderstood, Rows};
use crate::records::published::{Found, FoundMeeting, take_over};
pub use crate::records::published::{Note, TakenRecord};
use crate::records::{Failure, Undone, Writing};
pub(crate) use report::printable;
pub use report::{CommitteeReport, Report};
use site::Site;
pub use site::{BaseUrl, SiteError};

/// Whom the history names for what is imported.
const ACTOR: &str = "import moderngov";

/// How far back, and ahead, a calendar is asked for unless it is said.
const DAYS: Days = Days::new(366);

/// What `import moderngov` is asked for.
#[derive(Debug, Clone, clap::Args)]
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

/// Why an import was not even begun, or was broken off.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The days lie the wrong way round.
    #[error("--from must not be after --until")]
    Days,
    /// The site's list of committees could not be had.
    #[error("the committees of the site could not be read: {0}")]
    Site(#[from] SiteError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Db(#[from] DbError),
}

/// What an import works with.
pub struct Importer<'a> {
    /// The database.
    pub db: &'a Db,
    /// The council's rules.
    pub rules: &'a Rules,
    /// What time it is.
    pub clock: SharedClock,
    /// Where new identifiers come from.
    pub ids: SharedIds,
}

impl std::fmt::Debug for Importer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Importer")
    }
}

/// The committees of a site, one a line: id, name.
pub async fn list(args: &ModerngovArgs) -> Result<String, ImportError> {
    let listed = committees(&mut site(args)?).await?;
    let lines = listed.rows.iter().map(|committee| {
        let over = if committee.ended { " (no more)" } else { "" };
        format!(
            "{}\t{}{over}\n",
            committee.reference,
            printable(&committee.name)
        )
    });
    Ok(lines.collect())
}

fn site(args: &ModerngovArgs) -> Result<Site, SiteError> {
    let pause = Duration::from_millis(args.pause_ms);
    let timeout = Duration::from_secs(args.timeout_seconds);
    Site::new(args.base_url.clone(), pause, timeout)
}

async fn committees(site: &mut Site) -> Result<Rows<Committee>, SiteError> {
    Ok(moderngov::committees(&site.committees().await?)?)
}

impl Importer<'_> {
    /// Brings in the committees that are asked for, each in a transaction of its own. One that fails keeps no other from being
    /// brought in.
    pub async fn moderngov(&self, args: &ModerngovArgs) -> Result<Report, ImportError> {
        let today = self.clock.today();
        let from = args.from.or_else(|| today.checked_sub_days(DAYS));
        let until = args.until.or_else(|| today.checked_add_days(DAYS));
        let (from, until) = (from.unwrap_or(today), until.unwrap_or(today));
        if from > until {
            return Err(ImportError::Days);
        }
        let mut site = site(args)?;
        let listed = committees(&mut site).await?;
        let mut report = Report {
            system: args.system.clone(),
            base_url: args.base_url.to_string(),
            dry_run: args.dry_run,
            from,
            until,
            committees: Vec::new(),
        };
        let bar = progress();
        for wanted in &args.committees {
            let mut told = CommitteeReport {
                reference: wanted.reference.clone(),
                ..CommitteeReport::default()
            };
            let own = listed.rows.iter().find(|c| c.reference == wanted.reference);
            match own {
                Some(committee) => {
                    told.name = Some(committee.name.clone());
                    let found = self
                        .gather(
                            args,
                            &mut site,
                            wanted,
                            committee,
                            (from, until),
                            &mut told,
                            &bar,
                        )
                        .await;
                    match found {
                        Ok(found) => self.record(args, found, &mut told).await?,
                        Err(error) => told.failed = Some(error.to_string()),
                    }
                }
                None => told.failed = Some(not_listed(&listed, &wanted.reference)),
            }
            report.committees.push(told);
        }
        bar.finish_and_clear();
        while self.db.seal().await? > 0 {}
        Ok(report)
    }

    /// Fetches a committee's calendar, and the agenda of each of its meetings.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of what is asked, and of whom"
    )]
    async fn gather(
        &self,
        args: &ModerngovArgs,
        site: &mut Site,
        wanted: &Wanted,
        committee: &Committee,
        (from, until): (NaiveDate, NaiveDate),
        told: &mut CommitteeReport,
        bar: &ProgressBar,
    ) -> Result<Found, SiteError> {
        let id = &wanted.reference;
        let calendar = moderngov::meetings(&site.meetings(id, from, until).await?)?;
        let listed = listed(&calendar);
        told.not_taken.extend(calendar.not_understood);
        bar.set_message(printable(&committee.name));
        bar.set_length(calendar.rows.len() as u64);
        bar.set_position(0);
        let mut meetings = Vec::with_capacity(calendar.rows.len());
        for meeting in calendar.rows {
            let url = args.base_url.meeting(id, &meeting.reference);
            let (meeting, agenda) = agenda(site, meeting, told).await?;
            meetings.push(FoundMeeting {
                meeting,
                url,
                agenda,
            });
            bar.inc(1);
        }
        Ok(Found {
            system: args.system.clone(),
            base: args.base_url.to_string(),
            site_moved: args.site_moved,
            committee: committee.clone(),
            url: args.base_url.committee(id),
            code: wanted.code.clone(),
            days: from..=until,
            meetings,
            listed,
        })
    }

    /// Takes over what was found, in one transaction; a dry run undoes it.
    async fn record(
        &self,
        args: &ModerngovArgs,
        found: Found,
        told: &mut CommitteeReport,
    ) -> Result<(), ImportError> {
        let (now, ids, rules) = (self.clock.now(), self.ids.clone(), self.rules.clone());
        let (request_id, dry_run) = (self.ids.next(now), args.dry_run);
        let caller = Caller {
            subject: ACTOR.to_owned(),
            name: Some("Import from ModernGov".to_owned()),
            roles: Roles::of(&[Role::Clerk]),
            committees: None,
        };
        let written = self.db.write(move |tx| {
            let ids = ids.as_ref();
            let mut w = Writing::begin(tx, &caller, &rules, request_id, now, ids)?;
            let taken = take_over(&mut w, &found)?;
            if dry_run {
                return Err(Undone::Rehearsed(Box::new(taken)));
            }
            Ok(taken)
        });
        match written.await {
            Ok(taken) => told.tell(taken),
            Err(Undone::Rehearsed(taken)) => told.tell(*taken),
            Err(Undone::Failed(Failure::Db(error))) => return Err(error.into()),
            Err(Undone::Failed(failure)) => told.failed = Some(sentence(failure)),
        }
        Ok(())
    }
}

/// Why a committee was refused.
fn sentence(failure: Failure) -> String {
    match failure {
        Failure::Invalid(errors) => {
            let details: Vec<_> = errors.into_iter().map(|error| error.detail).collect();
            details.join(" ")
        }
        Failure::Stale => "Somebody else changed it meanwhile. Run the import again.".to_owned(),
        other => format!("It cannot be recorded: {other:?}."),
    }
}

fn not_listed(listed: &Rows<Committee>, id: &str) -> String {
    let own = |row: &&NotUnderstood| row.reference.as_deref() == Some(id);
    match listed.not_understood.iter().find(own) {
        Some(row) => format!(
            "The site lists it, and it cannot be understood: {}.",
            row.reason
        ),
        None => "The site lists no committee of that id.".to_owned(),
    }
}

/// The ids of all meetings of a calendar, understood or not.
fn listed(calendar: &Rows<Meeting>) -> HashSet<String> {
    let understood = calendar
        .rows
        .iter()
        .map(|meeting| meeting.reference.clone());
    let others = calendar.not_understood.iter();
    understood
        .chain(others.filter_map(|row| row.reference.clone()))
        .collect()
}

/// A meeting as its own document has it, and its agenda; where that cannot be read, as the calendar has it.
async fn agenda(
    site: &mut Site,
    meeting: Meeting,
    told: &mut CommitteeReport,
) -> Result<(Meeting, Option<Vec<moderngov::Item>>), SiteError> {
    let id = meeting.reference.clone();
    let read = match site.meeting(&id).await {
        Ok(document) => moderngov::meeting(&document, &id).map_err(SiteError::from),
        Err(error) if error.is_down() => return Err(error),
        Err(error) => Err(error),
    };
    match read {
        Ok((own, items)) => {
            told.not_taken.extend(items.not_understood);
            Ok((own, Some(items.rows)))
        }
        Err(error) => {
            told.not_taken.push(NotUnderstood {
                what: crate::domain::published::PublishedKind::Meeting,
                reference: Some(id),
                reason: format!("Its agenda was not read: {error}."),
            });
            Ok((meeting, None))
        }
    }
}

/// A bar on standard error, where that is a terminal.
fn progress() -> ProgressBar {
    use std::io::IsTerminal as _;
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} meetings  {msg}");
    let bar = ProgressBar::with_draw_target(Some(0), target);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
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
