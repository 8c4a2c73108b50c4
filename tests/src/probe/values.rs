//! The value at each place of a request or an answer, which follows from the place alone. The test and the program
//! that it compiles both hold this file, and so need agree on nothing else. No two places have the same text, number or
//! date; truth and listed values differ in one of the rounds.

/// In how many ways everything is set.
pub const ROUNDS: u32 = 8;

/// What needs care in a path, a query, JSON or a header.
const CARE: &str = " /?#&+%41\"\\=:@;'";

/// A number that tells the place.
pub fn number(at: &str) -> u64 {
    // FNV-1a, and then mixed, since every bit counts here.
    let mut hash = at.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Text with everything in it that needs care.
pub fn text(at: &str) -> String {
    format!("{at}{CARE}ü\u{1}🦀")
}

/// The same as far as a header can hold it.
pub fn header_text(at: &str) -> String {
    format!("{at}{CARE}")
}

/// True in some rounds.
pub fn flag(at: &str, round: u32) -> bool {
    number(at) >> round & 1 == 1
}

/// A number that floats of 32 bits hold exactly.
pub fn float(at: &str) -> f64 {
    (number(at) % 100_000) as f64 / 8.0 - 5_000.0
}

/// A date with nanoseconds and an offset.
pub fn date(at: &str) -> String {
    let number = number(at);
    format!("20{:02}-02-03T04:05:06.{:09}+01:30", number % 90 + 10, number / 90 % 1_000_000_000)
}

/// Which of the listed values; none for one that is not listed.
pub fn listed(at: &str, round: u32, count: usize) -> Option<usize> {
    (round > 0).then(|| (number(at) as usize % count + round as usize) % count)
}

/// Any JSON.
pub fn any(at: &str) -> serde_json::Value {
    serde_json::json!({ "at": text(at), "list": [1, null, -0.5, { "deep": u64::MAX }] })
}

/// A key of a map.
pub fn key(at: &str, nth: usize) -> String {
    format!("{at}<{nth}> ü/\"")
}

/// The place of a member.
pub fn member(at: &str, name: &str) -> String {
    format!("{at}.{name}")
}

/// The place of an item.
pub fn item(at: &str, nth: usize) -> String {
    format!("{at}[{nth}]")
}
