//! Bytes of a text, eight at a time: each is told by the upper bit of its place in a number.

/// The upper bit of each of eight bytes.
pub(super) const UPPER: u64 = eight(0x80);

/// A byte eight times.
pub(super) const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Which of eight bytes are `byte`; the lowest such bit is right, as those above it need not be.
pub(super) const fn equal(bytes: u64, byte: u8) -> u64 {
    let zero = bytes ^ eight(byte);
    zero.wrapping_sub(eight(1)) & !zero & UPPER
}

/// Which of eight bytes lie between two, both plain ASCII.
pub(super) const fn between(bytes: u64, first: u8, last: u8) -> u64 {
    let plain = bytes & !UPPER;
    (plain + eight(0x80 - first)) & !(plain + eight(0x7f - last)) & !bytes & UPPER
}

/// Which of eight bytes are `byte` when the bits of `aside` are not looked at, in them or in it.
const fn like(bytes: u64, byte: u8, aside: u8) -> u64 {
    let other = (bytes & !UPPER & !eight(aside)) ^ eight(byte & !aside);
    !(other + eight(0x7f)) & !bytes & UPPER
}

/// Which of eight bytes are kept as they are when a text is cleaned: all that can be seen but `#`, `*`, `_`, `<`, `>`, `\` and `|`.
pub(super) const fn kept(bytes: u64) -> u64 {
    // `<` and `>` differ in one bit, and so do `\` and `|`.
    let marks = like(bytes, b'<', b'<' ^ b'>')
        | like(bytes, b'\\', b'\\' ^ b'|')
        | like(bytes, b'#', 0)
        | like(bytes, b'*', 0)
        | like(bytes, b'_', 0);
    between(bytes, b'!', b'~') & !marks
}

/// Which of eight bytes are spaces.
pub(super) const fn spaces(bytes: u64) -> u64 {
    like(bytes, b' ', 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_told_whatever_stands_beside_it() {
        for byte in 0..=u8::MAX {
            for beside in [0, b' ', b'a', b'~', 0x7f, 0x80, 0xff] {
                let bytes =
                    u64::from_le_bytes([byte, beside, byte, byte, beside, byte, byte, beside]);
                let told = |found: u64| [0, 16, 24, 40, 48].map(|at| found >> at & 0x80 != 0);
                let plain = (b'!'..=b'~').contains(&byte) && !b"#*_<>\\|".contains(&byte);
                assert_eq!(told(kept(bytes)), [plain; 5], "{byte} beside {beside}");
                assert_eq!(
                    told(spaces(bytes)),
                    [byte == b' '; 5],
                    "{byte} beside {beside}"
                );
                let letter = byte.is_ascii_lowercase();
                assert_eq!(told(between(bytes, b'a', b'z')), [letter; 5], "{byte}");
            }
        }
    }
}
