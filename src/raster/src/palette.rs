//! The colours of pictures, where they are few: then a pixel is one byte of a file.

use std::collections::HashMap;

use crate::picture::{Picture, Pixel, Rect};

/// As many as one byte tells apart.
pub(crate) const MOST: usize = 256;

/// Colours, and the number of each.
pub(crate) struct Palette {
    colors: Vec<Pixel>,
    numbers: HashMap<Pixel, u8>,
}

impl Palette {
    /// So many colours, at most 256: half of them those that are used most, half those that are furthest from all others.
    /// Every other is as the nearest of them.
    pub(crate) fn of(pictures: &[&Picture], most: usize) -> Self {
        let counts = count(pictures);
        let mut sorted: Vec<(Pixel, usize)> = counts.iter().map(|(color, count)| (*color, *count)).collect();
        sorted.sort_unstable_by_key(|(color, count)| (std::cmp::Reverse(*count), *color));
        let all: Vec<Pixel> = sorted.iter().map(|(color, _)| *color).collect();
        let mut colors = all.iter().take(most.min(MOST).div_ceil(2)).copied().collect();
        add_furthest(&all, &mut colors, most.min(MOST));
        colors.sort_unstable();
        let number = |wanted: &Pixel| {
            let nearest = colors.iter().enumerate().min_by_key(|(_, color)| distance(wanted, color));
            nearest.and_then(|(number, _)| u8::try_from(number).ok()).unwrap_or(0)
        };
        let numbers = sorted.iter().map(|(color, _)| (*color, number(color))).collect();
        Self { colors, numbers }
    }

    /// Red, green and blue of each.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.colors.as_flattened().to_vec()
    }

    /// The numbers of a part of a picture, row by row.
    pub(crate) fn numbers(&self, picture: &Picture, rect: Rect) -> Vec<u8> {
        let mut numbers = Vec::with_capacity((rect.right - rect.left) * (rect.bottom - rect.top));
        let mut last = None;
        for row in rect.top..rect.bottom {
            for [red, green, blue, _] in picture.row(row, rect.left, rect.right) {
                let color = [*red, *green, *blue];
                let number = match last {
                    Some((of, number)) if of == color => number,
                    _ => self.numbers.get(&color).copied().unwrap_or(0),
                };
                last = Some((color, number));
                numbers.push(number);
            }
        }
        numbers
    }
}

/// Adds colours until there are so many, or all.
fn add_furthest(all: &[Pixel], colors: &mut Vec<Pixel>, most: usize) {
    let nearest = |color: &Pixel, of: &[Pixel]| of.iter().map(|of| distance(color, of)).min().unwrap_or(0);
    let mut distances: Vec<u32> = all.iter().map(|color| nearest(color, colors)).collect();
    while colors.len() < most {
        let furthest = all.iter().zip(&distances).max_by_key(|(_, distance)| **distance);
        let Some((color, 1..)) = furthest else { break };
        colors.push(*color);
        for (distance, of) in distances.iter_mut().zip(all) {
            *distance = (*distance).min(self::distance(color, of));
        }
    }
}

fn count(pictures: &[&Picture]) -> HashMap<Pixel, usize> {
    let mut counts = HashMap::new();
    for picture in pictures {
        for run in picture.pixels.chunk_by(|one, two| one == two) {
            if let [[red, green, blue, _], ..] = run {
                *counts.entry([*red, *green, *blue]).or_default() += run.len();
            }
        }
    }
    counts
}

fn distance(one: &Pixel, two: &Pixel) -> u32 {
    one.iter().zip(two).map(|(one, two)| u32::from(one.abs_diff(*two)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_too_many_is_as_the_nearest_of_those_that_are_kept() {
        let mut picture = Picture::new(1000, 1, [0; 3]);
        for column in 0..600 {
            let column_byte = u8::try_from(column % 256).unwrap_or(0);
            picture.set(column, 0, [column_byte, 0, 7]);
        }
        picture.set(999, 0, [3, 0, 6]);
        let palette = Palette::of(&[&picture], 1000);
        assert_eq!(palette.bytes().len(), 3 * MOST);
        let numbers = palette.numbers(&picture, picture.rect());
        let number = usize::from(numbers[999]);
        let color = &palette.bytes()[3 * number..3 * number + 3];
        assert!(color.iter().zip([3_u8, 0, 6]).all(|(one, two)| one.abs_diff(two) <= 1), "{color:?}");
        assert_eq!(Palette::of(&[&picture], 1).bytes(), [0; 3], "the one that is used most");
        assert_eq!(Palette::of(&[&picture], 2).bytes(), [0, 0, 0, 255, 0, 7], "and the furthest from it");
    }
}
