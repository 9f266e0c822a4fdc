//! What a picture can be told from another by, without keeping it: a checksum of the whole, and a digit for each tile, so that
//! one can see where it is no longer what it was.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use anyhow::Context as _;

use crate::picture::{Picture, Rect};

/// How many tiles a picture has, across and down.
pub const TILES: [usize; 2] = [8, 6];

/// Checksums of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    whole: u32,
    /// Four bits each, row by row.
    tiles: Vec<u8>,
}

impl Fingerprint {
    /// Of a picture.
    pub fn of(picture: &Picture) -> Self {
        let sums: Vec<u64> =
            (0..TILES[0] * TILES[1]).map(|tile| sum(picture, tile_rect(picture, tile))).collect();
        let size = [picture.width(), picture.height()].map(|side| side as u64);
        let whole = size.into_iter().chain(sums.iter().copied()).fold(SEED, mix);
        #[expect(clippy::cast_possible_truncation, reason = "the upper half")]
        let whole = (whole >> 32) as u32;
        #[expect(clippy::cast_possible_truncation, reason = "the upper four bits")]
        let tiles = sums.into_iter().map(|sum| (sum >> 60) as u8).collect();
        Self { whole, tiles }
    }

    /// The tiles of a picture that differ from what another was.
    pub fn tiles_apart(&self, other: &Self, picture: &Picture) -> Vec<Rect> {
        let pairs = self.tiles.iter().zip(&other.tiles).enumerate();
        pairs.filter(|(_, (one, two))| one != two).map(|(tile, _)| tile_rect(picture, tile)).collect()
    }
}

impl Display for Fingerprint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x} ", self.whole)?;
        self.tiles.iter().try_for_each(|tile| write!(f, "{tile:x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (whole, tiles) = text.split_once(' ').context("a checksum, a space and a digit for each tile")?;
        let digit = |digit: char| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let tiles: Option<Vec<u8>> = tiles.chars().map(digit).collect();
        let tiles = tiles.filter(|tiles| tiles.len() == TILES[0] * TILES[1]);
        Ok(Self { whole: u32::from_str_radix(whole, 16)?, tiles: tiles.context("a digit for each tile")? })
    }
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(sum: u64, value: u64) -> u64 {
    (sum.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95)
}

fn sum(picture: &Picture, rect: Rect) -> u64 {
    let mut sum = SEED;
    for row in rect.top..rect.bottom {
        let (pairs, rest) = picture.row(row, rect.left, rect.right).as_chunks::<2>();
        for [one, two] in pairs {
            sum = mix(sum, u64::from(u32::from_le_bytes(*one)) << 32 | u64::from(u32::from_le_bytes(*two)));
        }
        for one in rest {
            sum = mix(sum, u64::from(u32::from_le_bytes(*one)));
        }
    }
    mix(sum, 0)
}

fn tile_rect(picture: &Picture, tile: usize) -> Rect {
    let [across, down] = TILES;
    let (column, row) = (tile % across, tile / across);
    let (width, height) = (picture.width(), picture.height());
    Rect {
        left: width * column / across,
        top: height * row / down,
        right: width * (column + 1) / across,
        bottom: height * (row + 1) / down,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pixel_anywhere_changes_the_whole_and_nearly_always_its_own_tile_alone() {
        let plain = Picture::new(80, 60, [240; 3]);
        let before = Fingerprint::of(&plain);
        let mut found = 0;
        for at in 0..60 {
            let mut other = plain.clone();
            other.set(at, at, [240, 240, 241]);
            let after = Fingerprint::of(&other);
            assert_ne!(before.whole, after.whole, "{at}");
            let tiles = before.tiles_apart(&after, &other);
            assert!(tiles.len() <= 1, "{at}");
            let is_inside =
                |tile: &Rect| (tile.left..tile.right).contains(&at) && (tile.top..tile.bottom).contains(&at);
            assert!(tiles.iter().all(is_inside), "{at}: {tiles:?}");
            found += tiles.len();
        }
        assert!(found > 48, "{found} of 60");
        assert_ne!(before, Fingerprint::of(&Picture::new(60, 80, [240; 3])));
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        let print = Fingerprint::of(&Picture::new(30, 20, [1, 2, 3]));
        assert_eq!(print.to_string().parse::<Fingerprint>().expect("it is one"), print);
        for wrong in ["", "12 34", "xyz 0", "00000000"] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
