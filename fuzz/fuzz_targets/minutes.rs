//! Reads whatever comes as minutes: no panic, and spans that lie in the text on the bounds of characters.
//!
//! `cargo fuzz run minutes ../tests/minutes/labelled -- -max_total_time=600`

#![no_main]

use libfuzzer_sys::fuzz_target;
use matters_arising::minutes;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for proposal in [minutes::read(&text), minutes::read_html(&text)] {
        let decided = proposal.resolutions.iter().map(|one| one.span);
        let discussed = proposal.discussion_actions.iter().map(|one| one.span);
        for [from, to] in decided.chain(discussed) {
            assert!(text.get(from..to).is_some(), "{from}..{to} is no span");
        }
    }
});
