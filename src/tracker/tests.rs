use proptest::prelude::*;

use super::guess::guess;
use super::*;

fn csv_of(text: &str) -> Result<Tracker, NotRead> {
    read(text.as_bytes(), FileKind::Csv, None, &Mapping::default())
}

fn fields(tracker: &Tracker) -> Vec<(&str, Option<TrackerField>)> {
    let columns = tracker.columns.iter();
    columns.map(|c| (c.heading.as_str(), c.field)).collect()
}

fn shown(tracker: &Tracker, field: TrackerField) -> Vec<(u32, String)> {
    let rows = tracker.rows.iter();
    rows.filter_map(|row| Some((row.number, tracker.cell(row, field)?.shown())))
        .collect()
}

#[test]
fn headings_are_found_below_a_title_and_guessed_in_many_words() {
    use TrackerField::*;
    let tracker = csv_of(
        "Action tracker,,,,,,,,,,,\n\n\
         Ref / Minute no.,Committee,Date of meeting (raised),Item/Title,Resolution/Action/Recommendation,\
         \"Lead officer/\nOwner\",Due/Target date,Revised date,Status/RAG,Update/Progress,Officer comments,Date completed,,\n\
         1,CFS,03/04/2014,Adoption,That it be done,Head of Law,next meeting,,Green,Begun,Well,,,\n",
    )
    .unwrap();
    assert_eq!(tracker.heading_row, 3);
    let expected = [
        ("Ref / Minute no.", Some(Reference)),
        ("Committee", Some(Committee)),
        ("Date of meeting (raised)", Some(Meeting)),
        ("Item/Title", Some(Title)),
        ("Resolution/Action/Recommendation", Some(Resolution)),
        ("Lead officer/ Owner", Some(Owner)),
        ("Due/Target date", Some(Due)),
        ("Revised date", Some(RevisedDue)),
        ("Status/RAG", Some(Status)),
        ("Update/Progress", Some(Progress)),
        ("Officer comments", Some(Progress)),
        ("Date completed", Some(CompletedOn)),
    ];
    assert_eq!(fields(&tracker), expected);
    assert_eq!(tracker.columns[5].letters, "F");
    // The heading's line break is no row of its own to a spreadsheet.
    assert_eq!(shown(&tracker, Title), [(4, "Adoption".to_owned())]);
    let said: Vec<_> = tracker
        .cells(&tracker.rows[0], Progress)
        .map(|(heading, cell)| (heading, cell.shown()))
        .collect();
    assert_eq!(
        said,
        [
            ("Update/Progress", "Begun".to_owned()),
            ("Officer comments", "Well".to_owned())
        ]
    );
}

#[test]
fn headings_below_others_are_read_together() {
    use TrackerField::*;
    let tracker = csv_of(
        "Ref,Action,Deadline,,Owner\n,,Original,Revised,\n7,Do it,01/05/2014,01/06/2014,Clerk\n",
    )
    .unwrap();
    assert_eq!(tracker.heading_row, 2);
    let expected = [
        ("Ref", Some(Reference)),
        ("Action", Some(Action)),
        ("Deadline Original", Some(Due)),
        ("Revised", Some(RevisedDue)),
        ("Owner", Some(Owner)),
    ];
    assert_eq!(fields(&tracker), expected);
}

#[test]
fn columns_are_named_against_the_guess() {
    use TrackerField::*;
    let text = "No,What they want,Kommittee,When\n1,Do it,CFS,03/04/2014\n";
    let mapping = Mapping {
        named: vec![
            (Action, "what they WANT".to_owned()),
            (Committee, "Kommittee".to_owned()),
            (Meeting, "When".to_owned()),
        ],
        without: vec![Reference],
    };
    let tracker = read(text.as_bytes(), FileKind::Csv, None, &mapping).unwrap();
    assert_eq!(
        tracker
            .columns
            .iter()
            .map(|c| (c.field, c.guessed))
            .collect::<Vec<_>>(),
        [
            (None, false),
            (Some(Action), false),
            (Some(Committee), false),
            (Some(Meeting), false)
        ]
    );
    let missing = Mapping {
        named: vec![
            (Action, "What they want".to_owned()),
            (Committee, "Body".to_owned()),
        ],
        ..Mapping::default()
    };
    let refused = read(text.as_bytes(), FileKind::Csv, None, &missing).unwrap_err();
    assert_eq!(refused.code(), "no_such_heading");
    let twice = Mapping {
        named: vec![(Action, "When".to_owned()), (Meeting, "when".to_owned())],
        ..Mapping::default()
    };
    let refused = read(text.as_bytes(), FileKind::Csv, None, &twice).unwrap_err();
    assert!(
        matches!(refused, NotRead::NamedTwice { .. } | NotRead::NoHeadings),
        "{refused:?}"
    );
    assert_eq!(csv_of("a,b\n1,2\n").unwrap_err(), NotRead::NoHeadings);
    assert_eq!(csv_of("").unwrap_err(), NotRead::NoHeadings);
}

#[test]
fn separators_encodings_and_blank_lines_are_told() {
    for separator in [",", ";", "\t"] {
        let text = "Ref,Action,Owner\r\n\r\n1,\"Caf\u{e9}, \u{2018}it\u{2019};\tso\",=1+1\r\n\n\n,,\n2,b,c".replacen("Ref,Action,Owner", &["Ref", "Action", "Owner"].join(separator), 1);
        let text = text
            .replace("1,\"", &format!("1{separator}\""))
            .replace("\",=", &format!("\"{separator}="))
            .replace(",,", &separator.repeat(2))
            .replace("2,b,c", &["2", "b", "c"].join(separator));
        let encodings: [Vec<u8>; 4] = [
            text.clone().into_bytes(),
            ["\u{feff}", &text].concat().into_bytes(),
            encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
            [0xff, 0xfe]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
                .collect(),
        ];
        for bytes in encodings {
            let tracker = read(&bytes, FileKind::Csv, None, &Mapping::default()).unwrap();
            assert_eq!(
                shown(&tracker, TrackerField::Action),
                [
                    (3, "Caf\u{e9}, \u{2018}it\u{2019};\tso".to_owned()),
                    (7, "b".to_owned())
                ],
                "{separator:?}"
            );
            assert_eq!(shown(&tracker, TrackerField::Owner)[0].1, "=1+1");
        }
    }
    let said = csv_of("sep=;\nRef;Action\n1;a,b\n").unwrap();
    assert_eq!(
        (said.heading_row, shown(&said, TrackerField::Action)),
        (2, vec![(3, "a,b".to_owned())])
    );
}

#[test]
fn what_is_no_tracker_is_refused() {
    let xlsx = |bytes: &[u8]| read(bytes, FileKind::Xlsx, None, &Mapping::default()).unwrap_err();
    assert_eq!(xlsx(b"Ref,Action\n1,a\n"), NotRead::NotAWorkbook);
    assert_eq!(xlsx(b""), NotRead::NotAWorkbook);
    assert_eq!(
        csv_of("PK\u{3}\u{4}..").unwrap_err(),
        NotRead::WorkbookAsText
    );
    assert_eq!(csv_of("Ref,Action\0").unwrap_err(), NotRead::NotText);
    let sheet = read(
        b"Ref,Action\n",
        FileKind::Csv,
        Some("One"),
        &Mapping::default(),
    );
    assert_eq!(sheet.unwrap_err(), NotRead::NoSheets);
    let mut long = "Ref,Action\n".to_owned();
    long.push_str(&"1,a\n".repeat(MAX_ROWS));
    assert_eq!(csv_of(&long).unwrap().rows.len(), MAX_ROWS);
    long.push_str("1,a\n");
    assert_eq!(csv_of(&long).unwrap_err(), NotRead::TooManyRows);
    let wide = format!("Ref,Action{}\n1,a{}x\n", ",".repeat(120), ",".repeat(99));
    assert_eq!(csv_of(&wide).unwrap_err(), NotRead::TooManyColumns);
}

#[test]
fn days_are_read_the_day_first() {
    for (text, day) in [
        ("03/04/2014", "2014-04-03"),
        ("3/4/14", "2014-04-03"),
        ("3.4.2014", "2014-04-03"),
        ("03-04-79", "2079-04-03"),
        ("03-04-80", "1980-04-03"),
        ("2014-04-03", "2014-04-03"),
        ("2014-04-03T00:00:00", "2014-04-03"),
        ("03/04/2014 14:30", "2014-04-03"),
        ("3rd April 2014", "2014-04-03"),
        ("Thursday, 3 April 2014 at 10am", "2014-04-03"),
        ("3 Apr 14", "2014-04-03"),
        ("3-Apr-2014", "2014-04-03"),
        ("3rd of April, 2014", "2014-04-03"),
        ("April 3rd, 2014", "2014-04-03"),
        ("29/02/2016", "2016-02-29"),
        ("41732", "2014-04-03"),
    ] {
        assert_eq!(
            days::of_text(text).map(|day| day.to_string()),
            Ok(day.to_owned()),
            "{text}"
        );
    }
    for (text, code) in [
        ("31/02/2014", "no_such_day"),
        ("29/02/2014", "no_such_day"),
        ("04/25/2014", "no_such_day"),
        ("0/4/2014", "no_such_day"),
        ("3 April", "no_year"),
        ("3 April 10am", "no_year"),
        ("3/4/2014 4/4/2014", "several_days"),
        ("April 2014", "not_understood"),
        ("2014", "not_understood"),
        ("99999", "not_understood"),
        ("next meeting", "not_understood"),
        ("see 3/4/2014", "not_understood"),
        ("", "not_understood"),
    ] {
        assert_eq!(days::of_text(text).unwrap_err().code(), code, "{text}");
    }
    let serial = |number| days::of_cell(&Cell::Number(number), 0);
    assert_eq!(serial(41_732.75).unwrap().to_string(), "2014-04-03");
    assert_eq!(
        days::of_cell(&Cell::Number(40_270.0), 1_462)
            .unwrap()
            .to_string(),
        "2014-04-03"
    );
    for number in [0.0, 2014.0, -41_732.0, f64::NAN, f64::INFINITY, 1e300] {
        assert!(serial(number).is_err(), "{number}");
    }
}

#[test]
fn columns_have_letters() {
    let lettered: Vec<_> = [0, 25, 26, 51, 52, 701, 702].map(letters).to_vec();
    assert_eq!(lettered, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail(text in "\\PC{0,80}") {
        let _ = days::of_text(&text);
        let _ = due::of_text(&text);
        let _ = status::of(&text);
        let _ = guess(&text);
    }

    #[test]
    fn no_file_makes_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, FileKind::Csv, None, &Mapping::default());
        let zipped = [b"PK\x03\x04".as_slice(), &bytes].concat();
        prop_assert!(read(&zipped, FileKind::Xlsx, None, &Mapping::default()).is_err());
    }

    #[test]
    fn a_day_is_read_however_it_is_written(serial in 20_000_i64..73_050) {
        let first = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        let day = first + chrono::TimeDelta::days(serial);
        for written in ["%d/%m/%Y", "%-d.%-m.%Y", "%Y-%m-%d", "%-d %B %Y", "%a %-d %b %Y", "%d-%b-%Y", "%B %-d, %Y"] {
            prop_assert_eq!(days::of_text(&day.format(written).to_string()), Ok(day));
        }
        prop_assert_eq!(days::of_text(&serial.to_string()), Ok(day));
        prop_assert_eq!(days::of_cell(&Cell::Day(day), 0), Ok(day));
    }

    #[test]
    fn a_heading_is_guessed_alike_whatever_its_layout(
        heading in prop::sample::select(vec!["Lead officer", "Due date", "Revised date", "Status/RAG", "Minute no.", "Date of meeting", "Progress"]),
        upper: bool,
        around in "[ \n\t:*-]{0,4}",
    ) {
        let written = if upper { heading.to_uppercase() } else { heading.to_owned() };
        let written = format!("{around}{}{around}", written.replace(' ', "\n "));
        prop_assert_eq!(guess(&written), guess(heading));
        prop_assert!(!guess(heading).is_empty());
    }
}
