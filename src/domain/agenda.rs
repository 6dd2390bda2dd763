//! Agenda items.

/// A text whose order byte by byte is the order in which people number items: `9`, `10`, `10a`, `10.2`.
#[must_use]
pub fn number_key(number: &str) -> String {
    let mut key = String::with_capacity(number.len() + 8);
    let mut digits = String::new();
    for c in number.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let number = digits.trim_start_matches('0');
            key.extend(std::iter::repeat_n(
                '0',
                6_usize.saturating_sub(number.len()),
            ));
            key.push_str(number);
            digits.clear();
        }
        if c != '\0' {
            key.extend(c.to_lowercase());
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_sort_as_people_number_them() {
        let mut numbers = ["10", "9", "10a", "2.10", "2.9", "1", "A2", "a10"];
        numbers.sort_by_key(|number| number_key(number));
        assert_eq!(numbers, ["1", "2.9", "2.10", "9", "10", "10a", "A2", "a10"]);
    }
}
