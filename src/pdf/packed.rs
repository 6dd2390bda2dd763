//! What a PDF's packed streams unpack to, before anything else unpacks them.

use std::io::Read as _;

use flate2::bufread::{DeflateDecoder, ZlibDecoder};

use super::{PdfError, find};

/// The most bytes that a packed stream may unpack to, and all of them that are no pictures.
pub(super) const MAX_STREAM: usize = 64 * 1024 * 1024;
const MAX_STREAMS: usize = 96 * 1024 * 1024;

/// How often the bytes of a file are read as packed ones. Streams stand one behind the other; in a file that is made to hold up its
/// reader each may reach to the end.
const TIMES_READ: usize = 2;

/// How often something is packed in itself.
const LAYERS: usize = 4;

/// As how many bytes a stream counts at least: it takes some time to begin, and in a file some more to describe.
const EACH: usize = 64;

/// Refuses a PDF whose packed streams would unpack to more than there is room for, before anything else unpacks them. What lies
/// within another stream counts by itself as well, because nothing keeps the tables of a file from naming it.
pub(super) fn check_packed(bytes: &[u8]) -> Result<(), PdfError> {
    const BEGIN: &[u8] = b"stream";
    let (mut at, mut room, mut pictures) = (0, MAX_STREAMS, 4 * MAX_STREAMS);
    let mut unread = bytes.len().saturating_mul(TIMES_READ);
    while let Some(found) = find(bytes, BEGIN, at) {
        at = found + BEGIN.len();
        if bytes[..found].ends_with(b"end") {
            continue;
        }
        let line_end = bytes[at..].iter().take_while(|byte| b"\r\n".contains(byte));
        let begin = at + line_end.count();
        let Unpacked { size, read } =
            unpacked(&bytes[begin..], MAX_STREAM).ok_or(PdfError::TooLarge)?;
        unread = unread
            .checked_sub(read.max(EACH))
            .ok_or(PdfError::TooLarge)?;
        if size == 0 {
            continue;
        }
        let described = &bytes[found.saturating_sub(1024)..found];
        let described = described
            .windows(4)
            .rposition(|window| window == b" obj")
            .map_or(described, |object| &described[object..]);
        // Pictures are never unpacked for their text, but were just now.
        let left = if find(described, b"/Image", 0).is_none() {
            &mut room
        } else {
            &mut pictures
        };
        *left = left.checked_sub(size).ok_or(PdfError::TooLarge)?;
    }
    Ok(())
}

/// What came of unpacking.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Unpacked {
    /// How many bytes there are, those packed in them counted too.
    size: usize,
    /// How many packed bytes were read.
    read: usize,
}

/// Unpacks packed bytes, and what is packed in them, and forgets it; `None` where it is more than `max`, or packed more often than
/// anybody would. Nothing, of what is not packed.
pub(super) fn unpacked(packed: &[u8], max: usize) -> Option<Unpacked> {
    let mut all = Unpacked::default();
    let mut layer: Vec<u8>;
    let mut packed = packed;
    let mut in_order = 0;
    for depth in 0..LAYERS {
        let limit = u64::try_from(max - all.size + 1).unwrap_or(u64::MAX);
        let (out, read) = inflated(packed, limit);
        if depth == 0 {
            all.read = read;
        }
        if out.is_empty() {
            return Some(all);
        }
        all.size += out.len();
        if all.size > max {
            return None;
        }
        in_order += usize::from(is_zlib(packed));
        layer = out;
        packed = &layer;
    }
    (in_order < LAYERS).then_some(all)
}

/// What packed bytes unpack to, up to a limit, and how many of them were read. What breaks off midway has unpacked so far. The reader
/// passes over a head that is wrong, so what follows that is unpacked too.
fn inflated(packed: &[u8], limit: u64) -> (Vec<u8>, usize) {
    let small = |read: u64| usize::try_from(read).unwrap_or(usize::MAX);
    let (mut out, mut read) = (Vec::new(), 0);
    if is_zlib(packed) {
        let mut decoder = ZlibDecoder::new(packed).take(limit);
        let _whole = decoder.read_to_end(&mut out);
        read = small(decoder.get_ref().total_in());
    }
    if let Some(bare) = packed.get(2..).filter(|_| out.is_empty()) {
        let mut decoder = DeflateDecoder::new(bare).take(limit);
        let _whole = decoder.read_to_end(&mut out);
        read += small(decoder.get_ref().total_in());
    }
    (out, read)
}

/// Whether bytes begin as packed ones do (RFC 1950).
fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_within_streams_are_not_read_again_and_again() {
        let begin = b"stream\n\x78\x01";
        // A block that holds the beginning of another stream, and many that hold nothing.
        let mut round = vec![0, 9, 0, 0xf6, 0xff];
        round.extend(begin);
        round.extend([0, 0, 0, 0xff, 0xff].repeat(20));
        let file = |rounds: usize| [begin.to_vec(), round.repeat(rounds)].concat();
        assert_eq!(check_packed(&[file(1), vec![b' '; 200]].concat()), Ok(()));
        assert_eq!(check_packed(&file(50)), Err(PdfError::TooLarge));
    }
}
