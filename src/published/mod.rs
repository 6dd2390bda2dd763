//! Bringing in what a council publishes on its ModernGov site: committees, calendars, agendas.
//!
//! A committee is fetched whole before anything of it is written, so that a slow site holds up nobody; then one transaction
//! takes it over, or nothing of it.

mod minutes;
mod publication;
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
use crate::domain::published::PublishedKind;
use crate::domain::rules::Rules;
use crate::ids::SharedIds;
use crate::moderngov::{Committee, Meeting, NotUnderstood, Rows};
use crate::records::published::{Found, FoundMeeting, refusal, take_over};
pub use crate::records::published::{Note, TakenRecord};
use crate::records::{Undone, Writing};
use crate::store::Store;
use minutes::PublishedMinutes;
pub use publication::Shape;
use publication::{OwnMeeting, Publication};
pub(crate) use report::printable;
pub use report::{CommitteeReport, MinutesReport, Report};
use site::Site;
pub use site::{BaseUrl, NoAnswer, SiteError};

/// Whom the history names for what is imported.
const ACTOR: &str = "import moderngov";

/// How far back, and ahead, a calendar is asked for unless it is said.
const DAYS: Days = Days::new(366);

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

/// Why an import was not even begun, or was broken off.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The days lie the wrong way round.
    #[error("--from must not be after --until")]
    Days,
    /// The site's list of committees could not be had.
    #[error("the committees of the site could not be read: {0}")]
    Site(#[from] SiteError),
    /// The site has no web service, or none for everybody.
    #[error(
        "the site's web service could not be read: {0}. Where it is switched off, --pages reads the site's pages instead"
    )]
    WebService(SiteError),
    /// Minutes could not be kept.
    #[error("{0}")]
    Store(String),
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
    /// Where documents are kept. Only minutes are.
    pub store: Option<&'a Store>,
}

impl std::fmt::Debug for Importer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Importer")
    }
}

/// The committees of a site, one a line: id, name.
pub async fn list(args: &ModerngovArgs) -> Result<String, ImportError> {
    let listed = committees(&mut publication(args)?).await?;
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

fn publication(args: &ModerngovArgs) -> Result<Publication, SiteError> {
    let pause = Duration::from_millis(args.pause_ms);
    let timeout = Duration::from_secs(args.timeout_seconds);
    Ok(Publication {
        site: Site::new(args.base_url.clone(), pause, timeout)?,
        shape: if args.pages {
            Shape::Pages
        } else {
            Shape::WebService
        },
    })
}

async fn committees(publication: &mut Publication) -> Result<Rows<Committee>, ImportError> {
    let shape = publication.shape;
    publication.committees().await.map_err(|error| match shape {
        Shape::WebService if !error.is_down() => ImportError::WebService(error),
        _ => ImportError::Site(error),
    })
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
        let mut publication = publication(args)?;
        let listed = committees(&mut publication).await?;
        let mut report = Report {
            system: args.system.clone(),
            base_url: args.base_url.to_string(),
            read: publication.shape,
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
            let own = match own {
                Some(committee) => Some(committee.clone()),
                None => publication.unlisted(&wanted.reference).await,
            };
            match own {
                Some(committee) => {
                    told.name = Some(committee.name.clone());
                    let asked = Asked {
                        args,
                        wanted,
                        committee,
                        days: (from, until),
                    };
                    match gather(&mut publication, asked, &mut told, &bar).await {
                        Ok((found, minutes)) => {
                            self.record(args, found, &mut told).await?;
                            if told.failed.is_none() {
                                self.keep_minutes(args, minutes, &mut told).await?;
                            }
                        }
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

    /// Takes over what was found, in one transaction; a dry run undoes it.
    async fn record(
        &self,
        args: &ModerngovArgs,
        found: Found,
        told: &mut CommitteeReport,
    ) -> Result<(), ImportError> {
        let (now, ids, rules) = (self.clock.now(), self.ids.clone(), self.rules.clone());
        let (request_id, dry_run) = (self.ids.next(now), args.dry_run);
        let caller = caller();
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
            Err(Undone::Failed(failure)) => told.failed = Some(refusal(failure)?),
        }
        Ok(())
    }
}

/// Who does it.
fn caller() -> Caller {
    Caller {
        subject: ACTOR.to_owned(),
        name: Some("Import from ModernGov".to_owned()),
        roles: Roles::of(&[Role::Clerk]),
        committees: None,
    }
}

/// What is asked of the site about one committee.
struct Asked<'a> {
    args: &'a ModerngovArgs,
    wanted: &'a Wanted,
    committee: Committee,
    days: (NaiveDate, NaiveDate),
}

/// Fetches a committee's calendar, the agenda of each of its meetings, and the minutes if they are asked for.
async fn gather(
    publication: &mut Publication,
    asked: Asked<'_>,
    told: &mut CommitteeReport,
    bar: &ProgressBar,
) -> Result<(Found, Vec<PublishedMinutes>), SiteError> {
    let (args, id, (from, until)) = (asked.args, &asked.wanted.reference, asked.days);
    let calendar = publication.calendar(id, asked.days).await?;
    let listed = listed(&calendar);
    told.not_taken.extend(calendar.not_understood);
    bar.set_message(printable(&asked.committee.name));
    bar.set_length(calendar.rows.len() as u64);
    bar.set_position(0);
    let mut meetings = Vec::with_capacity(calendar.rows.len());
    let mut minutes = Vec::new();
    for meeting in calendar.rows {
        let own = own_meeting(publication, id, &meeting, told).await?;
        if args.minutes {
            let published = minutes::published(publication, id, &meeting, own.as_ref(), told);
            minutes.extend(published.await?);
        }
        let url = args.base_url.meeting(id, &meeting.reference);
        meetings.push(found_meeting(meeting, url, own, told));
        bar.inc(1);
    }
    let found = Found {
        system: args.system.clone(),
        base: args.base_url.to_string(),
        site_moved: args.site_moved,
        says_what_is_public: publication.shape == Shape::WebService,
        committee: asked.committee,
        url: args.base_url.committee(id),
        code: asked.wanted.code.clone(),
        days: from..=until,
        meetings,
        listed,
    };
    Ok((found, minutes))
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

/// A meeting as its own document or page has it; nothing where that cannot be read, which is told.
async fn own_meeting(
    publication: &mut Publication,
    committee: &str,
    meeting: &Meeting,
    told: &mut CommitteeReport,
) -> Result<Option<OwnMeeting>, SiteError> {
    let id = &meeting.reference;
    match publication.meeting(committee, id).await {
        Ok(own) => Ok(Some(own)),
        Err(error) if error.is_down() => Err(error),
        Err(error) => {
            told.not_taken.push(NotUnderstood {
                what: PublishedKind::Meeting,
                reference: Some(id.clone()),
                reason: format!("Its agenda was not read: {error}."),
            });
            Ok(None)
        }
    }
}

/// A meeting and its agenda as it has them itself, or as the calendar has it.
fn found_meeting(
    meeting: Meeting,
    url: String,
    own: Option<OwnMeeting>,
    told: &mut CommitteeReport,
) -> FoundMeeting {
    let Some(OwnMeeting {
        meeting, agenda, ..
    }) = own
    else {
        return FoundMeeting {
            meeting,
            url,
            agenda: None,
            listed: HashSet::new(),
        };
    };
    let understood = agenda.rows.iter().map(|item| item.reference.clone());
    let others = agenda.not_understood.iter();
    let listed = understood
        .chain(others.filter_map(|row| row.reference.clone()))
        .collect();
    told.not_taken.extend(agenda.not_understood);
    FoundMeeting {
        meeting,
        url,
        agenda: Some(agenda.rows),
        listed,
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
