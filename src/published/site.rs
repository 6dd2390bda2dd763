//! Asking a council's site, politely: one request at a time, a pause between them, a bounded wait, a bounded answer.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use tokio::time::Instant;
use url::Url;

use crate::moderngov::{BadAnswer, MAX_DOCUMENT, in_utf8};

/// How many times a request is sent elsewhere on the site before it is given up.
const MAX_REDIRECTS: usize = 3;

/// After how many requests in a row without an answer no more is asked.
const MAX_SILENT: usize = 2;

/// The most pages of a list of meetings that are turned.
pub(super) const MAX_PAGES: usize = 40;

/// Why the site gave no answer that can be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("{why} ({address})")]
pub struct SiteError {
    /// What was asked.
    pub address: String,
    /// What came of it.
    pub why: NoAnswer,
}

/// Why there is no answer that can be read.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It cannot be reached, does not answer in time, or breaks off.
    #[error("the site does not answer: {0}")]
    Unreachable(String),
    /// It asks to be left alone.
    #[error(
        "the site answers {0} to say that it is asked too much: wait, or set a longer --pause-ms"
    )]
    Busy(u16),
    /// It sends the request elsewhere.
    #[error("the site sends the request on, and that is not followed: {0}")]
    Redirected(String),
    /// It has no such answer.
    #[error("the site answers {0}")]
    Status(u16),
    /// It answers with what cannot be read.
    #[error(transparent)]
    Answer(#[from] BadAnswer),
    /// Its list of meetings has no end.
    #[error(
        "the list of meetings goes on for more than {MAX_PAGES} pages: ask for fewer days, by --from and --until"
    )]
    Endless,
}

impl NoAnswer {
    /// Whether there is no point in asking for more.
    const fn is_down(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy(_))
    }
}

impl SiteError {
    /// Whether there is no point in asking for more.
    pub(super) const fn is_down(&self) -> bool {
        self.why.is_down()
    }

    /// Whether the site asks to be left alone.
    pub(super) const fn is_busy(&self) -> bool {
        matches!(self.why, NoAnswer::Busy(_))
    }

    /// Whether the site has nothing there.
    pub(super) const fn is_none(&self) -> bool {
        matches!(
            self.why,
            NoAnswer::Status(404 | 410) | NoAnswer::Answer(BadAnswer::OtherPage(_))
        )
    }

    /// Whether the site says that there is no such meeting. A page that is none of its own says nothing.
    pub(super) const fn says_gone(&self) -> bool {
        matches!(
            self.why,
            NoAnswer::Status(404 | 410) | NoAnswer::Answer(BadAnswer::NoMeeting)
        )
    }
}

impl From<reqwest::Error> for NoAnswer {
    fn from(error: reqwest::Error) -> Self {
        // The causes say more than the error itself.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let why = cause.to_string();
        if error.is_redirect() {
            Self::Redirected(why)
        } else {
            Self::Unreachable(why)
        }
    }
}

/// The address of a site: `https://democracy.example.gov.uk`, with a path where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// An address that is none of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an http or https address without a user name, a query or a fragment")]
pub struct BadBaseUrl;

impl std::str::FromStr for BaseUrl {
    type Err = BadBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut url: Url = text.parse().map_err(|_| BadBaseUrl)?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(BadBaseUrl);
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl BaseUrl {
    /// An address below it.
    fn below(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Where people read of a committee.
    pub(super) fn committee(&self, id: &str) -> String {
        self.below("mgCommitteeDetails.aspx", &[("ID", id)]).into()
    }

    /// Where people read of a meeting.
    pub(super) fn meeting(&self, committee: &str, id: &str) -> String {
        self.below("ieListDocuments.aspx", &[("CId", committee), ("MId", id)])
            .into()
    }
}

/// A site that is being asked.
pub(super) struct Site {
    base: BaseUrl,
    client: Client,
    pause: Duration,
    /// When the last request ended.
    last: Option<Instant>,
    /// How many requests in a row had no answer.
    silent: usize,
}

impl Site {
    pub(super) fn new(
        base: BaseUrl,
        pause: Duration,
        timeout: Duration,
    ) -> Result<Self, SiteError> {
        let own = base.0.clone();
        let policy = Policy::custom(move |attempt| {
            let to = attempt.url();
            if to.origin() != own.origin() {
                let elsewhere = to.origin().ascii_serialization();
                attempt.error(format!("it leads to another site, {elsewhere}"))
            } else if attempt.previous().len() > MAX_REDIRECTS {
                attempt.error("it leads round and round")
            } else {
                attempt.follow()
            }
        });
        let client = Client::builder()
            .redirect(policy)
            .timeout(timeout)
            .user_agent(concat!(
                "matters-arising/",
                env!("CARGO_PKG_VERSION"),
                " (committee calendar import)"
            ))
            .build()
            .map_err(|error| SiteError {
                address: base.to_string(),
                why: error.into(),
            })?;
        Ok(Self {
            base,
            client,
            pause,
            last: None,
            silent: 0,
        })
    }

    /// Whether it has not answered for so long that there is no point in asking for more.
    pub(super) const fn is_silent(&self) -> bool {
        self.silent >= MAX_SILENT
    }

    /// The address of a page or document of the site.
    pub(super) fn address(&self, path: &str, query: &[(&str, &str)]) -> String {
        self.base.below(path, query).into()
    }

    /// The address that a link on a page of the site leads to.
    pub(super) fn linked(&self, link: &str) -> String {
        let joined = self.base.0.join(link).map(String::from);
        joined.unwrap_or_else(|_| link.to_owned())
    }

    /// Asks for a page or document of the site, and has the answer read.
    pub(super) async fn ask<T>(
        &mut self,
        path: &str,
        query: &[(&str, &str)],
        read: impl FnOnce(&[u8]) -> Result<T, BadAnswer>,
    ) -> Result<T, SiteError> {
        if let Some(last) = self.last {
            tokio::time::sleep_until(last + self.pause).await;
        }
        let url = self.base.below(path, query);
        let address = url.to_string();
        let answer = self.fetch(url).await;
        self.last = Some(Instant::now());
        self.silent = match &answer {
            Err(NoAnswer::Unreachable(_)) => self.silent + 1,
            _ => 0,
        };
        answer
            .and_then(|document| Ok(read(&document)?))
            .map_err(|why| SiteError { address, why })
    }

    async fn fetch(&self, url: Url) -> Result<Vec<u8>, NoAnswer> {
        let mut response = self.client.get(url.clone()).send().await?;
        if response.status() == StatusCode::OK && asked_for(&url) != asked_for(response.url()) {
            let to = format!("it leads to {}", response.url());
            return Err(NoAnswer::Redirected(to));
        }
        match response.status() {
            StatusCode::OK => {}
            status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
                return Err(NoAnswer::Busy(status.as_u16()));
            }
            status => return Err(NoAnswer::Status(status.as_u16())),
        }
        let charset = charset(response.headers().get(CONTENT_TYPE));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_DOCUMENT {
                return Err(BadAnswer::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        match charset {
            Some(charset) => Ok(in_utf8(body, &charset)?),
            None => Ok(body),
        }
    }
}

/// The charset that a media type names: `text/html; charset="iso-8859-1"`.
fn charset(media_type: Option<&HeaderValue>) -> Option<String> {
    let media_type = String::from_utf8_lossy(media_type?.as_bytes()).into_owned();
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        let named = name.trim().eq_ignore_ascii_case("charset") && !value.is_empty();
        named.then(|| value.chars().take(40).collect())
    })
}

/// The id that an address asks for: of a meeting, or else of whatever it has one of.
fn asked_for(url: &Url) -> Option<String> {
    let of = |names: &[&str]| {
        let mut pairs = url.query_pairs();
        let found = pairs.find(|(name, _)| names.iter().any(|one| name.eq_ignore_ascii_case(one)));
        found.map(|(_, id)| id.into_owned())
    };
    of(&["MId", "MeetingId", "lMeetingId"])
        .or_else(|| of(&["CId", "CommitteeId", "lCommitteeId"]))
        .or_else(|| of(&["ID"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lie_below_that_of_the_site() {
        let base: BaseUrl = "https://council.example/democracy".parse().unwrap();
        assert_eq!(
            base.meeting("1", "2"),
            "https://council.example/democracy/ieListDocuments.aspx?CId=1&MId=2"
        );
        assert_eq!(
            base.below("x", &[("a", "03/03/2014")]).as_str(),
            "https://council.example/democracy/x?a=03%2F03%2F2014"
        );
        for bad in [
            "council.example",
            "ftp://council.example",
            "https://a:b@council.example",
            "https://council.example/?a=b",
            "https://council.example/#a",
            "file:///etc/passwd",
        ] {
            assert_eq!(bad.parse::<BaseUrl>(), Err(BadBaseUrl), "{bad}");
        }
    }
}
