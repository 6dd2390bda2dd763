//! Headings of texts and pages.

use proptest::prelude::*;

use super::*;

fn agenda() -> Vec<Item<u8>> {
    let item = |key, number: &str, title: &str| Item {
        key,
        number: number.to_owned(),
        title: title.to_owned(),
    };
    vec![
        item(1, "1", "Apologies for absence"),
        item(2, "2", "Minutes"),
        item(3, "7(a)", "School Places & Transport"),
        item(4, "8", "Performance"),
        item(5, "9", "Update"),
        item(6, "10", "Update"),
    ]
}

/// The item under which the last word stands: its key, 0 for none, 99 for some that are offered.
fn under(text: &str) -> u8 {
    of(text, false)
}

fn of(text: &str, html: bool) -> u8 {
    let headings = Headings::of(text, html, &agenda());
    match headings
        .above(text.rfind("That").unwrap())
        .map(|h| &h.found)
    {
        Some(NameMatch::Exact(key)) => *key,
        Some(NameMatch::Close(_)) => 99,
        Some(NameMatch::None) | None => 0,
    }
}

#[test]
fn a_heading_with_the_title_of_an_item_is_that_item() {
    for heading in [
        "8. PERFORMANCE",
        "Performance",
        "45/13  Performance",
        "CFS.12 \u{2013} Performance (Pages 3 - 10)",
        "## 8. Performance",
        "**8. Performance**",
        "Agenda Item 8: Performance",
        "Agenda item 8",
        "Item 8.",
    ] {
        assert_eq!(
            under(&format!("{heading}\n\nRESOLVED:\n\n(a) That it be noted.")),
            4,
            "{heading}"
        );
    }
    assert_eq!(under("7(a) School places and transport\nThat it be so."), 3);
    assert_eq!(under("10. Update\n\nThat it be so."), 6);
}

#[test]
fn what_is_merely_like_a_title_is_offered_and_nothing_is_guessed() {
    assert_eq!(under("8. PERFORMANCES\n\nThat it be so."), 99);
    assert_eq!(under("Update\n\nThat it be so."), 0);
    // The minutes have numbers of their own.
    assert_eq!(under("8. Something else\n\nThat it be so."), 0);
    assert_eq!(under("8.\n\nThat it be so."), 0);
    assert_eq!(under("The Performance was discussed.\n\nThat it be so."), 0);
    assert_eq!(under("- Performance\n\nThat it be so."), 0);
}

#[test]
fn another_heading_ends_an_item_and_one_within_it_does_not() {
    let text = |heading: &str| {
        format!("8. PERFORMANCE\n\nThe Director talked.\n\n{heading}\n\nThat it be so.")
    };
    for other in [
        "9. Another matter",
        "ANY OTHER BUSINESS",
        "46/13 Leases",
        "9. Discussion of the budget",
        "9. Action plan.",
        "9. Leases:",
        "9. Leases.",
        "DECISIONS OF THE CABINET",
        "LEASES:",
        "ITEM 10 - LEASES",
        "Item 10 \u{2013} Leases",
        "Agenda Item 12",
        "**Leases**",
        "__Leases__.",
        "Part II",
        "Part B: Exempt items",
        "Leases\n------",
        "| 9. | Leases |",
    ] {
        assert_eq!(under(&text(other)), 0, "{other}");
    }
    for within in [
        "RESOLVED:",
        "RESOLVED UNANIMOUSLY",
        "RESOLVED THAT THE REPORT BE NOTED",
        "IT WAS RESOLVED",
        "DISCUSSION",
        "**Decision:**",
        "**Action: Head of Law**",
        "**The report was noted by all members.**",
        "1. That the report be noted;",
        "1. note the report",
        "8.1 The Director introduced the report.",
        "8.2 Members made the following comments:",
        "The Director introduced the report.",
        "RESOLVED to:\n1. Note the report\n2. Approve the plan",
        "Members asked many things, and the Director answered each of them at some\nlength.",
        "Officers' comments",
        "5.3 RESOLVED that:-",
        "5.4 RESOLVED",
        "7.1 Court NOTED the report from Senate.",
        "(2) To let the new contractor buy machinery.",
        "Additional documents:",
        "(Item 7)",
        "The report recommended:-",
        "Page 3 of 7",
        "3",
    ] {
        assert_eq!(under(&text(within)), 4, "{within}");
    }
}

#[test]
fn below_a_line_that_may_be_a_heading_the_item_is_offered() {
    let text = |heading: &str| {
        format!("8. PERFORMANCE\n\nThe Director talked.\n\n{heading}\n\nThat it be so.")
    };
    for doubtful in [
        "Leases",
        "Leases:",
        "Leases.",
        "A. Leases",
        "Leases\nThe Director presented a report.",
        "9. Leases\nThe Director presented a report.",
        "It ended.\n9. Leases\nThe Director presented a report.",
        "- **Leases**",
        "9. Leases proposed for disposal.",
        "9. To approve the leases.",
        "1. Approved the leases.",
        "Minutes:",
    ] {
        assert_eq!(under(&text(doubtful)), 99, "{doubtful}");
    }
    let page = "8. PERFORMANCE\n\nMinutes:\n\nThat it be so.\n\n9. Leases\n\nMinutes:\n\nIt ended.";
    assert_eq!(under(page), 4);
    // What stands above it stands where it stood, and a heading that is certain ends the doubt.
    let one = "8. PERFORMANCE\n\nThat it be so.\n\nLeases\n\nIt ended.";
    assert_eq!(under(one), 4);
    let both = "2. Minutes\n\nLeases\n\n8. PERFORMANCE\n\nThat it be so.";
    assert_eq!(under(both), 4);
    let headings = Headings::of(&text("Leases"), false, &agenda());
    let last = headings.above(usize::MAX).unwrap();
    assert_eq!(last.printed, "8. PERFORMANCE");
    let offered = NameMatch::Close(vec![Candidate {
        key: 4,
        name: "Performance".to_owned(),
        likeness: 1.0,
    }]);
    assert_eq!(last.found, offered);
}

#[test]
fn a_heading_within_an_item_does_not_end_it() {
    assert_eq!(
        under("## 8. Performance\n\n### 1. Report\n\nThat it be so."),
        4
    );
    assert_eq!(under("## 8. Performance\n\n## Leases\n\nThat it be so."), 0);
    for offered in ["### 9. Leases", "**Leases**", "**9. Leases**"] {
        let text = format!("## 8. Performance\n\n{offered}\n\nThat it be so.");
        assert_eq!(under(&text), 99, "{offered}");
    }
}

#[test]
fn under_a_list_of_the_agenda_its_last_item_is_offered() {
    let list = "1. Apologies for absence\n2. Minutes\n8. Performance\n\nThat it be so.";
    assert_eq!(under(list), 99);
    let within = "1. Apologies for absence\n2. Minutes\nThat it be so.\n8. Performance\n";
    assert_eq!(under(within), 2);
    let page =
        "<h2>Apologies for absence</h2><h2>Minutes</h2><h2>Performance</h2><p>That it be so.</p>";
    assert_eq!(of(page, true), 99);
    assert_eq!(under("2. Minutes\n\n8. Performance\n\nThat it be so."), 4);
    assert_eq!(
        under("Apologies for absence\nMinutes\nPerformance\n\n8. PERFORMANCE\n\nThat it be so."),
        4
    );
}

#[test]
fn a_text_of_headings_alone_has_none() {
    let text = format!(
        "8. PERFORMANCE\n\n{}That it be so.",
        "LEASES\n\n8. PERFORMANCE\n\n".repeat(3_000)
    );
    assert_eq!(
        Headings::of(&text, false, &agenda()).above(text.len()),
        None
    );
}

#[test]
fn headings_of_a_page_are_its_blocks() {
    let page = |heading: &str| {
        format!("<html><body>{heading}<p>RESOLVED</p><p>That it be so.</p></body></html>")
    };
    for heading in [
        "<h2>8. Performance</h2>",
        "<p><b>7(a)&nbsp; School Places &amp; <i>Transport</i></b></p>",
        "<table><tr><td>8.</td><td>Performance</td></tr></table>",
        "<p>8.\r\n Performance</p><script>var x = '<p>Minutes</p>';</script><!-- <p>Minutes</p> -->",
    ] {
        assert!([3, 4].contains(&of(&page(heading), true)), "{heading}");
    }
    assert_eq!(of(&page("<h2>Performance</h2><h2>Leases</h2>"), true), 0);
    assert_eq!(of(&page("<h2>Performance</h2><h3>Leases</h3>"), true), 4);
    let below = |heading: &str| {
        let item = "<p><b>8. Performance</b></p><p>The Director reported.</p>";
        of(&page(&format!("{item}{heading}")), true)
    };
    for other in [
        "<p><strong>Leases</strong></p>",
        "<p><b><u>Leases</u></b>:</p>",
        "<p><u>Leases</u></p>",
        "<table><tr><td>9.</td><td>Leases</td></tr></table>",
        "<table><tr><td><p>9.</p></td><td><p>Leases</p></td></tr></table>",
        "<p>9. Discussion of the budget</p>",
    ] {
        assert_eq!(below(other), 0, "{other}");
    }
    for within in [
        "<p><b>Decision</b></p>",
        "<p><b>Leases</b> were discussed at length.</p>",
        "<table><tr><td>The Director reported.</td><td>Leases</td></tr></table>",
        "<ul><li>Leases</li></ul>",
    ] {
        assert_eq!(below(within), 4, "{within}");
    }
    assert_eq!(below("<p>Leases</p>"), 99);
    assert_eq!(below("<ol><li><b>Leases</b></li></ol>"), 99);
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "(\\PC|[\n<>/&;#]|performance|8\\.){0,60}", html in any::<bool>(), place in 0..200_usize) {
        let headings = Headings::of(&text, html, &agenda());
        let _any = headings.above(place);
    }
}
