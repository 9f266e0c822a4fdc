//! A picture without transparency, and what differs between two.

/// Red, green, blue.
pub type Pixel = [u8; 3];

/// A part of a picture, in pixels. Right and bottom are the first that no longer belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// The first column.
    pub left: usize,
    /// The first row.
    pub top: usize,
    /// The column after the last.
    pub right: usize,
    /// The row after the last.
    pub bottom: usize,
}

/// A picture, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    /// The fourth byte is not used, and always 255.
    pub(crate) pixels: Vec<[u8; 4]>,
}

impl Picture {
    /// A picture of one colour.
    pub fn new(width: usize, height: usize, [red, green, blue]: Pixel) -> Self {
        Self { width, height, pixels: vec![[red, green, blue, 255]; width * height] }
    }

    /// How many pixels wide.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many pixels high.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All of it.
    pub fn rect(&self) -> Rect {
        Rect { left: 0, top: 0, right: self.width, bottom: self.height }
    }

    /// One pixel. `None` outside.
    pub fn pixel(&self, column: usize, row: usize) -> Option<Pixel> {
        let inside = column < self.width && row < self.height;
        inside.then(|| self.pixels[row * self.width + column]).map(|[red, green, blue, _]| [red, green, blue])
    }

    /// Paints one pixel.
    pub fn set(&mut self, column: usize, row: usize, [red, green, blue]: Pixel) {
        self.pixels[row * self.width + column] = [red, green, blue, 255];
    }

    /// A row, or a part of it.
    pub(crate) fn row(&self, row: usize, left: usize, right: usize) -> &[[u8; 4]] {
        &self.pixels[row * self.width + left..row * self.width + right]
    }

    pub(crate) fn row_mut(&mut self, row: usize, left: usize, right: usize) -> &mut [[u8; 4]] {
        &mut self.pixels[row * self.width + left..row * self.width + right]
    }

    /// A frame of three pixels on the inside of a part.
    pub fn outline(&mut self, rect: Rect, [red, green, blue]: Pixel) {
        const LINE: usize = 3;
        for row in rect.top..rect.bottom.min(self.height) {
            let is_edge = row < rect.top + LINE || row + LINE >= rect.bottom;
            let right = rect.right.min(self.width);
            let line = self.row_mut(row, rect.left.min(right), right);
            let end = line.len();
            for (column, pixel) in line.iter_mut().enumerate() {
                if is_edge || column < LINE || column + LINE >= end {
                    *pixel = [red, green, blue, 255];
                }
            }
        }
    }

    /// The smallest part outside which two pictures are the same. `None` where they are the same all over; everything where
    /// their sizes differ.
    pub fn difference(&self, other: &Self) -> Option<Rect> {
        if (self.width, self.height) != (other.width, other.height) {
            return Some(self.rect());
        }
        let mut found: Option<Rect> = None;
        for row in 0..self.height {
            let (one, two) = (self.row(row, 0, self.width), other.row(row, 0, self.width));
            if one == two {
                continue;
            }
            let differs = |(one, two): (&[u8; 4], &[u8; 4])| one != two;
            let left = one.iter().zip(two).position(differs).unwrap_or(0);
            let right = one.iter().zip(two).rposition(differs).unwrap_or(0) + 1;
            found = Some(match found {
                None => Rect { left, top: row, right, bottom: row + 1 },
                Some(rect) => {
                    Rect { left: rect.left.min(left), right: rect.right.max(right), bottom: row + 1, ..rect }
                }
            });
        }
        found
    }

    /// This picture in pale grey, with what differs from another by more than `most` in red.
    #[must_use]
    pub fn marked_against(&self, other: &Self, most: u8) -> Self {
        let mut marked = self.clone();
        for row in 0..self.height {
            for column in 0..self.width {
                let [red, green, blue] = self.pixel(column, row).unwrap_or_default();
                let grey = u16::from(red) + u16::from(green) + u16::from(blue);
                #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
                let pale = (170 + grey / 9) as u8;
                let is_near = |other: Pixel| {
                    other.iter().zip([red, green, blue]).all(|(other, own)| other.abs_diff(own) <= most)
                };
                let is_same = other.pixel(column, row).is_some_and(is_near);
                marked.set(column, row, if is_same { [pale; 3] } else { [200, 0, 0] });
            }
        }
        marked
    }

    /// How many pixels differ by more than `most` in one of their colours; all where sizes differ.
    pub fn pixels_apart(&self, other: &Self, most: u8) -> usize {
        if (self.width, self.height) != (other.width, other.height) {
            return self.pixels.len();
        }
        let differs = |(one, two): &(&[u8; 4], &[u8; 4])| {
            one.iter().zip(two.iter()).any(|(one, two)| one.abs_diff(*two) > most)
        };
        self.pixels.iter().zip(&other.pixels).filter(differs).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_the_smallest_part_that_holds_it() {
        let plain = Picture::new(20, 10, [255; 3]);
        let mut other = plain.clone();
        assert_eq!(plain.difference(&other), None);
        other.set(3, 2, [0; 3]);
        other.set(7, 5, [250, 255, 255]);
        assert_eq!(plain.difference(&other), Some(Rect { left: 3, top: 2, right: 8, bottom: 6 }));
        assert_eq!((plain.pixels_apart(&other, 4), plain.pixels_apart(&other, 5)), (2, 1));
        let marked = other.marked_against(&plain, 9);
        assert_eq!((marked.pixel(3, 2), marked.pixel(4, 2)), (Some([200, 0, 0]), Some([255; 3])));
        assert_eq!(plain.difference(&Picture::new(20, 11, [255; 3])), Some(plain.rect()));
    }
}
