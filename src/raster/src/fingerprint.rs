//! What a picture can be told from another by, without keeping it: of each tile how light it is, and where its light lies. A
//! letter that has moved or is another one changes them; a processor that rounds the edges of letters otherwise does not.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use anyhow::Context as _;

use crate::picture::{Picture, Rect};

/// How many tiles a picture has, across and down.
pub const TILES: [usize; 2] = [12, 9];

/// Of a tile: its mean in 16ths of a level of light, and how far its light lies to the right and to the bottom.
type Tile = [i64; 3];

/// What lies to a side counts so many times: that a short word has moved by a pixel is to be seen.
const SIDES: i64 = 4;

/// Less than this is rounding: an eighth of a level, over a whole tile.
const ROUNDING: u64 = 2;

/// Two digits of 64 hold a value.
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// How much of red, green and blue the eye takes for light, in 16ths.
const LIGHT: [i64; 3] = [5, 9, 2];

/// Light that lies to one side counts from here.
const MIDDLE: i64 = 2048;

/// What is known of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    size: [usize; 2],
    /// Row by row.
    tiles: Vec<Tile>,
}

impl Fingerprint {
    /// Of a picture.
    pub fn of(picture: &Picture) -> Self {
        let size = [picture.width(), picture.height()];
        let tiles = (0..TILES[0] * TILES[1]).map(|tile| measure(picture, tile_rect(size, tile)));
        Self { size, tiles: tiles.collect() }
    }

    /// The tiles of this picture that differ from what another was; all of it where the sizes differ.
    pub fn tiles_apart(&self, other: &Self) -> Vec<Rect> {
        if self.size != other.size {
            return vec![Rect { left: 0, top: 0, right: self.size[0], bottom: self.size[1] }];
        }
        let is_near = |(one, two): (&i64, &i64)| one.abs_diff(*two) <= ROUNDING;
        let pairs = self.tiles.iter().zip(&other.tiles).enumerate();
        let apart = pairs.filter(|(_, (one, two))| !one.iter().zip(two.iter()).all(is_near));
        apart.map(|(tile, _)| tile_rect(self.size, tile)).collect()
    }
}

impl Display for Fingerprint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{} ", self.size[0], self.size[1])?;
        let digit = |value: i64| {
            usize::try_from(value)
                .ok()
                .and_then(|value| DIGITS.get(value))
                .map_or('?', |digit| *digit as char)
        };
        self.tiles
            .iter()
            .flatten()
            .try_for_each(|value| write!(f, "{}{}", digit(value / 64), digit(value % 64)))
    }
}

impl FromStr for Fingerprint {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (size, tiles) = text.split_once(' ').context("a size, a space and the tiles")?;
        let (width, height) = size.split_once('x').context("a width and a height")?;
        let digit =
            |digit: u8| DIGITS.iter().position(|of| *of == digit).and_then(|at| i64::try_from(at).ok());
        let value = |[high, low]: [u8; 2]| Some(64 * digit(high)? + digit(low)?);
        let (values, []) = tiles.as_bytes().as_chunks::<2>() else { anyhow::bail!("half a value") };
        let values: Option<Vec<i64>> = values.iter().copied().map(value).collect();
        let tiles = values.context("a digit that is none")?.as_chunks::<3>().0.to_vec();
        anyhow::ensure!(tiles.len() == TILES[0] * TILES[1], "{} tiles", tiles.len());
        Ok(Self { size: [width.parse()?, height.parse()?], tiles })
    }
}

/// Sums of whole numbers: no order and no processor changes them.
fn measure(picture: &Picture, rect: Rect) -> Tile {
    let whole = |side: usize| i64::try_from(side).unwrap_or(0);
    let (width, height) = (whole(rect.right - rect.left), whole(rect.bottom - rect.top));
    let (mut sum, mut across, mut down) = (0, 0, 0);
    for (row, y) in (rect.top..rect.bottom).zip(0_i64..) {
        let mut line = 0;
        for ([red, green, blue, _], x) in picture.row(row, rect.left, rect.right).iter().zip(0_i64..) {
            let light =
                [red, green, blue].iter().zip(LIGHT).map(|(of, part)| i64::from(**of) * part).sum::<i64>();
            line += light;
            across += light * (2 * x + 1 - width);
        }
        sum += line;
        down += line * (2 * y + 1 - height);
    }
    let pixels = (width * height).max(1);
    let side =
        |sum: i64, of: i64| (MIDDLE + (SIDES * sum).div_euclid(pixels * of.max(1))).clamp(0, 2 * MIDDLE - 1);
    [sum / pixels, side(across, width), side(down, height)]
}

fn tile_rect([width, height]: [usize; 2], tile: usize) -> Rect {
    let [across, down] = TILES;
    let (column, row) = (tile % across, tile / across);
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

    const INK: [u8; 3] = [30; 3];

    /// As large as the usual window, with a letter's upright in the tile at the left top.
    fn with_a_letter(column: usize, ink: [u8; 3]) -> Picture {
        let mut picture = Picture::new(900, 720, [240; 3]);
        for row in 40..52 {
            (column..column + 2).for_each(|column| picture.set(column, row, ink));
        }
        picture
    }

    fn apart(one: &Picture, two: &Picture) -> Vec<Rect> {
        Fingerprint::of(one).tiles_apart(&Fingerprint::of(two))
    }

    #[test]
    fn a_letter_that_moves_comes_or_goes_changes_its_tile_alone() {
        let before = with_a_letter(50, INK);
        let tile = [Rect { left: 0, top: 0, right: 75, bottom: 80 }];
        assert_eq!(apart(&before, &with_a_letter(54, INK)), tile);
        assert_eq!(apart(&before, &with_a_letter(50, [240; 3])), tile);
        assert_eq!(apart(&before, &with_a_letter(50, [180, 30, 30])), tile);
        assert_eq!(apart(&before, &with_a_letter(50, INK)), []);
        assert_eq!(apart(&before, &Picture::new(60, 80, [240; 3])).len(), 1);
    }

    #[test]
    fn rounding_by_one_at_a_fifth_of_all_pixels_changes_nothing() {
        let before = with_a_letter(50, INK);
        let mut other = before.clone();
        for at in (0..900 * 720).step_by(5) {
            let [red, green, blue] = other.pixel(at % 900, at / 900).expect("inside");
            let by = u8::try_from(at % 2).expect("a bit");
            other.set(at % 900, at / 900, [red - by, green + 1 - by, blue]);
        }
        assert_ne!(before, other);
        assert_eq!(apart(&before, &other), []);
    }

    #[test]
    fn it_is_read_as_it_is_written() {
        for picture in [with_a_letter(7, INK), Picture::new(30, 20, [255; 3]), Picture::new(3, 2, [0; 3])] {
            let print = Fingerprint::of(&picture);
            assert_eq!(print.to_string().parse::<Fingerprint>().expect("it is one"), print);
        }
        for wrong in ["", "12 34", "9x9 0", "9x9 00", "ax9 00"] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
