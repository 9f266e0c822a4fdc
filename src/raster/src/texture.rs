//! A texture: what triangles take their colours from.

/// Red, green, blue and how opaque, premultiplied, row by row from the top.
#[derive(Debug, Clone, Default)]
pub struct Texture {
    width: usize,
    height: usize,
    texels: Vec<[u8; 4]>,
}

impl Texture {
    /// Takes the bytes of a texture over: four for each texel.
    pub fn new(width: usize, height: usize, bytes: &[u8]) -> Self {
        let mut texels = bytes.as_chunks::<4>().0.to_vec();
        texels.resize(width * height, [0; 4]);
        Self { width, height, texels }
    }

    /// Replaces a part of it. What would lie outside is left out.
    pub fn patch(&mut self, [left, top]: [usize; 2], width: usize, bytes: &[u8]) {
        let right = (left + width).min(self.width);
        for (number, row) in bytes.as_chunks::<4>().0.chunks(width.max(1)).enumerate() {
            let at = (top + number) * self.width;
            if let Some(place) = self.texels.get_mut(at + left..at + right) {
                place.copy_from_slice(&row[..place.len()]);
            }
        }
    }

    /// Width and height, as the numbers that a place in it is multiplied by.
    pub(crate) fn size(&self) -> [f32; 2] {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand texels")]
        let size = [self.width as f32, self.height as f32];
        size
    }

    /// The colour at a place in texels, between the four nearest. The place is taken to a 256th of a texel, so that one that
    /// misses a texel's middle by a rounding error still gives that texel and nothing else.
    pub(crate) fn sample(&self, x: f32, y: f32) -> [u8; 4] {
        let (column, right) = self.step(x, self.width);
        let (row, down) = self.step(y, self.height);
        let at = |column: i32, row: i32| {
            let index = clamp(row, self.height) * self.width + clamp(column, self.width);
            self.texels.get(index).copied().unwrap_or_default()
        };
        if right == 0 && down == 0 {
            return at(column, row);
        }
        let corners = [at(column, row), at(column + 1, row), at(column, row + 1), at(column + 1, row + 1)];
        let weights =
            [(256 - right) * (256 - down), right * (256 - down), (256 - right) * down, right * down];
        let mut color = [0; 4];
        for (channel, value) in color.iter_mut().enumerate() {
            let sum: u32 = corners.iter().zip(weights).map(|(c, w)| u32::from(c[channel]) * w).sum();
            #[expect(clippy::cast_possible_truncation, reason = "a mean of bytes")]
            let mean = ((sum + (1 << 15)) >> 16) as u8;
            *value = mean;
        }
        color
    }

    /// The texel at or before a place, and how far towards the next in 256ths.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand texels")]
    fn step(&self, place: f32, size: usize) -> (i32, u32) {
        let least = -0.5_f32;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand texels")]
        let most = size as f32 + 0.5;
        let fixed = ((place.clamp(least, most) - 0.5) * 256.0).round() as i32;
        (fixed >> 8, (fixed & 255) as u32)
    }
}

/// An index at the edge for one beyond it.
fn clamp(index: i32, size: usize) -> usize {
    usize::try_from(index).unwrap_or(0).min(size.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_lie_between_the_nearest_texels_and_end_at_the_edge() {
        let mut texture = Texture::new(2, 1, &[0, 0, 0, 255, 200, 100, 50, 255]);
        assert_eq!(texture.sample(0.5, 0.5), [0, 0, 0, 255]);
        assert_eq!(texture.sample(0.500_01, 0.499_99), [0, 0, 0, 255]);
        assert_eq!(texture.sample(1.0, 0.5), [100, 50, 25, 255]);
        assert_eq!(texture.sample(9.0, -3.0), [200, 100, 50, 255]);
        texture.patch([1, 0], 1, &[9, 9, 9, 9]);
        assert_eq!(texture.sample(1.5, 0.5), [9; 4]);
    }
}
