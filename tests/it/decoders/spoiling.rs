//! Ways to spoil a good input: those of JSON where it is JSON, and bytes, pieces and words of the format otherwise.

use super::super::access::hostile::mutations::ALL;
use super::super::access::random::Random;
use super::target::Target;

/// Longer than anything that is read is allowed to be where it arrives.
const LONGEST: usize = 64 * 1024;

/// One input.
pub(super) fn spoilt(random: &mut Random, target: &Target) -> Vec<u8> {
    let Target { seeds, words, is_json, .. } = target;
    let seed = &seeds[random.below(seeds.len())];
    let mut bytes = if *is_json && random.below(2) == 0 {
        let (_, spoil) = ALL[random.below(ALL.len())];
        let text = String::from_utf8_lossy(seed);
        let spoilt = spoil(random, &text);
        if random.below(2) == 0 {
            return cut(spoilt);
        }
        spoilt
    } else {
        seed.clone()
    };
    for _ in 0..1 + random.below(6) {
        one(random, &mut bytes, seeds, words);
    }
    // What has one size is refused by its size alone, so most keep it.
    if seeds.len() > 1 && seeds.iter().all(|other| other.len() == seed.len()) && random.below(8) > 0 {
        bytes.resize(seed.len(), 0);
    }
    cut(bytes)
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(LONGEST);
    bytes
}

fn one(random: &mut Random, bytes: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str]) {
    let at = random.below(bytes.len() + 1);
    let most = if random.below(16) == 0 { 4_096 } else { 24 };
    let end = (at + random.below(most)).min(bytes.len());
    match random.below(12) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        2 if at < bytes.len() => bytes[at] = [0, 0xff, 0x7f, 0x80, b' ', b'"', b'\\', b'0'][random.below(8)],
        3 => drop(bytes.drain(at..end)),
        4 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        5 => {
            let piece = bytes[at..end].to_vec();
            let many = piece.repeat(1 + random.below(40));
            bytes.splice(at..at, many);
        }
        6 => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        7 if !words.is_empty() => {
            let word = random.one_of(words).as_bytes().to_vec();
            bytes.splice(at..at, word);
        }
        8 if !words.is_empty() => {
            let word = random.one_of(words).as_bytes().to_vec();
            bytes.splice(at..end, word);
        }
        9 => {
            let digits =
                ["0", "-1", "9223372036854775807", "18446744073709551616", "1e400", "0.1", "٣", "０"];
            let start = bytes.iter().skip(at).position(u8::is_ascii_digit).map_or(at, |more| at + more);
            let stop = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            bytes.splice(start..stop, random.one_of(&digits).as_bytes().to_vec());
        }
        10 => {
            let signs = ["\u{202e}", "\u{0}", "\u{feff}", "é", "\u{1f600}", "\u{ad}", "\r\n", "\t"];
            bytes.splice(at..at, random.one_of(&signs).as_bytes().to_vec());
        }
        _ => {
            let fresh: [u8; 16] = random.bytes();
            bytes.splice(at..at, fresh[..random.below(16)].iter().copied());
        }
    }
}
