//! W3C Trace Context: the trace that a request belongs to, and our place in it.
//!
//! <https://www.w3.org/TR/trace-context/>

use std::fmt;

/// Length of a version 00 `traceparent`: `00-` 32 digits `-` 16 digits `-` 2 digits.
const HEADER_LENGTH: usize = 55;

/// The bit of the flags that says that the caller records the trace.
const SAMPLED: u8 = 0x01;

/// A trace and one span in it. Ids are never all zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    parent_id: Option<u64>,
    sampled: bool,
}

impl TraceContext {
    /// The context of a request that came with `traceparent`: the same trace with a new span where it is valid,
    /// otherwise a fresh trace.
    #[must_use]
    pub fn from_header(traceparent: Option<&str>) -> Self {
        traceparent
            .and_then(Self::parse)
            .map_or_else(Self::fresh, Self::child)
    }

    /// Exactly what a valid `traceparent` says; `None` where it is invalid. A version later than 00 may carry more
    /// fields, which are passed over (section 4.3); version ff is invalid, and so are capital letters.
    #[must_use]
    pub fn parse(traceparent: &str) -> Option<Self> {
        let bytes = traceparent.as_bytes();
        let (head, more) = bytes.split_at_checked(HEADER_LENGTH)?;
        let version = hex(&head[..2])?;
        let separated = [2, 35, 52].iter().all(|at| head[*at] == b'-');
        let ends = match version {
            0 => more.is_empty(),
            0xff => return None,
            _ => more.is_empty() || more[0] == b'-',
        };
        if !separated || !ends {
            return None;
        }
        let trace_id = hex(&head[3..35]).filter(|id| *id != 0)?;
        let span_id = hex(&head[36..52])
            .and_then(|id| u64::try_from(id).ok())
            .filter(|id| *id != 0)?;
        let flags = hex(&head[53..55]).and_then(|flags| u8::try_from(flags).ok())?;
        Some(Self {
            trace_id,
            span_id,
            parent_id: None,
            sampled: flags & SAMPLED != 0,
        })
    }

    /// A trace that begins here.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            trace_id: non_zero(rand::random),
            span_id: non_zero(rand::random),
            parent_id: None,
            sampled: true,
        }
    }

    /// A new span in the same trace, whose parent is this one.
    #[must_use]
    pub fn child(self) -> Self {
        Self {
            span_id: non_zero(rand::random),
            parent_id: Some(self.span_id),
            ..self
        }
    }

    /// The trace's id: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// This span's id: 16 lower-case hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span_id)
    }

    /// The id of the span that this one continues; `None` where the trace began here.
    #[must_use]
    pub fn parent_id(&self) -> Option<String> {
        self.parent_id.map(|id| format!("{id:016x}"))
    }

    /// Whether the trace is recorded.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.sampled
    }

    /// The `traceparent` to pass on, in version 00.
    #[must_use]
    pub fn to_header(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = if self.sampled { SAMPLED } else { 0 };
        write!(
            f,
            "00-{:032x}-{:016x}-{flags:02x}",
            self.trace_id, self.span_id
        )
    }
}

/// The number that lower-case hexadecimal `digits` make, 32 of them at most.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

/// All zeros mean "invalid" in the header, so they are no id, however unlikely they are.
fn non_zero<T: Default + PartialEq>(draw: impl Fn() -> T) -> T {
    loop {
        let id = draw();
        if id != T::default() {
            return id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_valid_header_is_continued_in_a_span_of_its_own() {
        assert_eq!(TraceContext::parse(VALID).unwrap().to_header(), VALID);
        let context = TraceContext::from_header(Some(VALID));
        assert_eq!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(context.parent_id().as_deref(), Some("00f067aa0ba902b7"));
        assert_ne!(context.span_id(), "00f067aa0ba902b7");
        assert!(context.is_sampled());
        let header = context.to_header();
        assert_eq!(header.len(), HEADER_LENGTH);
        assert!(TraceContext::parse(&header).is_some());
    }

    #[test]
    fn only_the_sampled_flag_is_passed_on() {
        for (flags, expected) in [("00", "00"), ("01", "01"), ("02", "00"), ("ff", "01")] {
            let header = format!("{}{flags}", &VALID[..53]);
            let continued = TraceContext::from_header(Some(&header)).to_header();
            assert!(continued.ends_with(&format!("-{expected}")), "{continued}");
        }
    }

    #[test]
    fn later_versions_may_carry_more() {
        for header in [
            VALID.replacen("00", "01", 1),
            VALID.replacen("00", "fe", 1) + "-what-the-future-brings",
            VALID.replacen("00", "cc", 1) + "-",
        ] {
            let context = TraceContext::from_header(Some(&header));
            assert_eq!(
                context.trace_id(),
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "{header}"
            );
            assert!(context.to_header().starts_with("00-"));
        }
    }

    #[test]
    fn an_invalid_header_is_replaced() {
        let long = VALID.to_owned() + "-00";
        let future_unseparated = VALID.replacen("00", "01", 1) + "x";
        for header in [
            "",
            "00",
            "garbage",
            &VALID.to_uppercase(),
            &VALID.replacen("00", "ff", 1),
            &VALID.replacen("00", "0g", 1),
            &long,
            &future_unseparated,
            &VALID[..54],
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b70-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
            " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e47é-00f067aa0ba902b7-01é",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceContext::parse(header), None, "{header}");
            let context = TraceContext::from_header(Some(header));
            assert_ne!(context.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
            assert_eq!(context.parent_id(), None);
        }
    }

    #[test]
    fn fresh_traces_differ() {
        let (one, two) = (TraceContext::from_header(None), TraceContext::fresh());
        assert_ne!(one.trace_id(), two.trace_id());
        assert_eq!(
            TraceContext::parse(&one.to_header()).unwrap().trace_id(),
            one.trace_id()
        );
    }
}
