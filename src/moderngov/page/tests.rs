use std::time::Instant;

use proptest::prelude::*;

use super::texts::{LINE_BYTES, LINE_READ};
use super::*;
use crate::moderngov::MAX_ELEMENTS;

fn page(source: &str) -> Page {
    Page::as_far_as_it_goes(source.as_bytes()).unwrap().0
}

fn first(page: &Page, name: &str) -> usize {
    page.elements(page.whole())
        .find(|at| page.is(*at, &[name]))
        .unwrap()
}

#[test]
fn a_text_is_read_as_people_read_it() {
    for (source, read) in [
        ("<p>Fish &amp; <b>Chips</b></p>", "Fish & Chips"),
        ("<div>One</div>Two<br>Three", "One Two Three"),
        ("7&#58;30&nbsp;pm", "7:30 pm"),
        (
            "<p>Fees <span class=\"x mgFileSize\">PDF 99 KB</span></p>",
            "Fees",
        ),
        ("<p>A</p><script>var a = '</p>';</script><p>B", "A B"),
        ("un<b>bro</b>ken", "unbroken"),
        (
            "<p><script>x()</script>Fees<o:p></o:p> and</p>rates",
            "Fees and rates",
        ),
        ("AT&T &copy &unknown;", "AT&T \u{a9} &unknown;"),
    ] {
        let page = page(source);
        assert_eq!(page.text(page.whole()), read, "{source}");
    }
}

#[test]
fn elements_end_where_a_browser_ends_them() {
    let read = page("<ul><li>One<li>Two <p>and<div>more</div></ul>After");
    let item = first(&read, "li");
    assert_eq!(read.text(read.range(item)), "One");
    let list = first(&read, "ul");
    assert_eq!(read.text(read.range(list)), "One Two and more");
    let read = page("<div><a href='x'>Search</b><table><tr><td>A<td></div>B</table></div>C");
    let table = first(&read, "table");
    assert_eq!(read.text(read.range(table)), "A B");
    let div = first(&read, "div");
    assert_eq!(read.text(read.range(div)), "Search A B");
    let read = page("<a href='x'>Watch</b><div class=c><a href='y'>One</a></div>Two");
    let div = first(&read, "div");
    assert_eq!(read.text(read.range(div)), "One");
    let read = page("<a href='?a=1'>One <a href='?a=2'>Two</a> Three");
    assert_eq!(read.text(read.range(first(&read, "a"))), "One");
}

#[test]
fn what_is_written_anew_has_its_structure_and_nothing_that_acts() {
    let source = "<div class=\"mgWordPara\" onclick=\"x()\"><p style='a'>1 &lt; 2\n\n &amp; <b>so</b> <a href='javascript:x()'>on</a></p>\
        <ol type=\"a\" class=x><li>One<li>Two</ol><script>x()</script><img src=x onerror=y></div>";
    let read = page(source);
    let mut written = String::new();
    read.written(read.range(0), &mut written);
    assert_eq!(
        written,
        "<div><p>1 &lt; 2 &amp; <b>so</b> on</p><ol type=\"a\"><li>One</li><li>Two</li></ol></div>"
    );
}

#[test]
fn bytes_are_read_by_their_encoding() {
    let page = Page::read(b"\xef\xbb\xbf<p>caf\xc3\xa9</html>").unwrap();
    assert_eq!(page.text(page.whole()), "caf\u{e9}");
    let page = Page::read(b"<meta charset=\"windows-1252\"><p>\xa35m</html>").unwrap();
    assert_eq!(page.text(page.whole()), "\u{a3}5m");
    assert_eq!(Page::read(b"<p>\xa35m").unwrap_err(), BadAnswer::NotUtf8);
    let large = vec![b' '; MAX_DOCUMENT + 1];
    assert_eq!(Page::read(&large).unwrap_err(), BadAnswer::TooLarge);
    let many = "<b>".repeat(MAX_ELEMENTS + 1);
    assert_eq!(Page::read(many.as_bytes()).unwrap_err(), BadAnswer::TooMany);
}

#[test]
fn a_page_that_breaks_off_is_none() {
    let whole = "<html><body><p>A</p></body></html>";
    assert!(Page::read(whole.as_bytes()).is_ok());
    assert!(Page::read(b"<p>A</p></body>").is_ok());
    for cut in [
        "",
        "<html><body><p>A</p>",
        "<p>A</p></bo",
        "<p>A<!-- </html>",
    ] {
        let read = Page::read(cut.as_bytes());
        assert_eq!(read.unwrap_err(), BadAnswer::Truncated, "{cut}");
    }
}

#[test]
fn a_text_that_many_elements_enclose_is_read_by_none_for_longer_than_a_line() {
    for word in ["word ", "word", "     "] {
        let mut source = "<div><a href=x>".repeat(1_000);
        source.push_str(&word.repeat(200_000));
        let begun = Instant::now();
        let page = page(&source);
        let longest = page
            .elements(page.whole())
            .map(|at| page.text(page.range(at)).len());
        assert!(longest.max().unwrap() <= LINE_BYTES + LINE_READ);
        // Each of them would read all of it.
        assert!(begun.elapsed().as_secs() < 10, "{word:?}");
    }
}

#[test]
fn a_hostile_page_takes_no_more_time_than_its_length() {
    let deep = "<b>".repeat(90_000);
    for rest in [
        "<div></div>",
        "</i>",
        "<p>",
        "</div>",
        "<tr><td></b>",
        "<li>",
        "<a>",
    ] {
        let source = format!("<i><div>{deep}{}", rest.repeat(30_000));
        let begun = Instant::now();
        let page = page(&source);
        let mut written = String::new();
        page.written(page.whole(), &mut written);
        let _text = page.text(page.whole());
        // A walk of the nesting would take minutes.
        assert!(begun.elapsed().as_secs() < 20, "{rest}");
    }
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read(source in "(<div>|</div>|<p class=mgHide>|</p>|<table>|<tr>|<td>|</td>|</table>|<ul>|<li>|</ul>|<a href=x>|</a>|<b>|</b>|<|>|&|a|<!--|-->|<script>|</script>){0,60}") {
        let page = page(&source);
        let mut written = String::new();
        page.written(page.whole(), &mut written);
        for at in page.elements(page.whole()) {
            let range = page.range(at);
            prop_assert!(range.end > at && range.end <= page.whole().end);
        }
        // What is written is read as the same.
        let again = super::tests::page(&written);
        prop_assert_eq!(page.text(page.whole()).replace(' ', ""), again.text(again.whole()).replace(' ', ""));
    }
}
