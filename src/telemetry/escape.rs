//! Text from outside on its way into a log line: whatever could end the line, steer a terminal or reverse the reading
//! direction is spelled out instead.

/// Whether `char` must not reach a log line raw: C0 and C1 controls (CR, LF, ESC, CSI), line and paragraph
/// separators, direction marks, embeddings, overrides and isolates, and the byte-order mark.
pub(super) fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// Appends `text` as a JSON string (RFC 8259). Every unsafe character is `\uXXXX`, which any JSON reader turns back.
pub(super) fn json_string(out: &mut String, text: &str) {
    out.push('"');
    escaped(out, text, |out, char| match char {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other => unicode_escape(out, other),
    });
    out.push('"');
}

/// Appends `text` for people: as it is where it is plain, with unsafe characters spelled out.
pub(super) fn plain(out: &mut String, text: &str) {
    escaped(out, text, |out, char| match char {
        '"' => out.push('"'),
        '\\' => out.push('\\'),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other => unicode_escape(out, other),
    });
}

/// Appends the value of a field for people: in quotation marks where it would otherwise look like two fields.
pub(super) fn value(out: &mut String, text: &str) {
    let needs_quotes = text.is_empty()
        || text.contains([' ', '=', '"', '\\', '\u{a0}'])
        || text.chars().any(is_unsafe);
    if needs_quotes {
        json_string(out, text);
    } else {
        out.push_str(text);
    }
}

/// Copies runs of harmless characters whole, and hands each other one to `special`.
fn escaped(out: &mut String, text: &str, special: impl Fn(&mut String, char)) {
    let mut rest = text;
    while let Some((at, char)) = rest
        .char_indices()
        .find(|(_, char)| matches!(char, '"' | '\\') || is_unsafe(*char))
    {
        out.push_str(&rest[..at]);
        special(out, char);
        rest = &rest[at + char.len_utf8()..];
    }
    out.push_str(rest);
}

/// Every unsafe character lies in the Basic Multilingual Plane, so four digits are enough.
fn unicode_escape(out: &mut String, char: char) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (u32::from(char) >> shift) & 0xf;
        out.push(char::from(DIGITS[digit as usize]));
    }
}
