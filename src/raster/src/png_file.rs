//! Pictures as PNG files, and back.

use std::io::Cursor;

use anyhow::Context as _;
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Transformations};

use crate::palette::Palette;
use crate::picture::Picture;

impl Picture {
    /// A PNG file. Nothing of the picture is lost.
    ///
    /// # Errors
    ///
    /// When it cannot be encoded.
    pub fn to_png(&self) -> anyhow::Result<Vec<u8>> {
        let bytes: Vec<u8> =
            self.pixels.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
        self.encode(&bytes, |encoder| {
            encoder.set_color(ColorType::Rgb);
            encoder.set_compression(Compression::Fast);
            encoder.set_filter(Filter::Sub);
        })
    }

    /// A PNG file of a few of its colours, at most 256: those that are used most.
    ///
    /// # Errors
    ///
    /// When it cannot be encoded.
    pub fn to_small_png(&self, colours: usize) -> anyhow::Result<Vec<u8>> {
        let palette = Palette::of(&[self], colours);
        self.encode(&palette.numbers(self, self.rect()), |encoder| {
            encoder.set_color(ColorType::Indexed);
            encoder.set_palette(palette.bytes());
            encoder.set_compression(Compression::High);
            encoder.set_filter(Filter::NoFilter);
        })
    }

    fn encode(
        &self,
        bytes: &[u8],
        set: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>),
    ) -> anyhow::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder =
            Encoder::new(&mut file, u32::try_from(self.width())?, u32::try_from(self.height())?);
        encoder.set_depth(BitDepth::Eight);
        set(&mut encoder);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(bytes)?;
        writer.finish()?;
        Ok(file)
    }

    /// Reads a PNG file; of an animation its first frame.
    ///
    /// # Errors
    ///
    /// When it is none, or has other than eight bits of red, green and blue.
    pub fn from_png(file: &[u8]) -> anyhow::Result<Self> {
        let mut decoder = Decoder::new(Cursor::new(file));
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size().context("a picture that is too large")?];
        let frame = reader.next_frame(&mut bytes)?;
        let (width, height) = (usize::try_from(frame.width)?, usize::try_from(frame.height)?);
        let mut picture = Self::new(width, height, [0; 3]);
        let channels = frame.color_type.samples();
        anyhow::ensure!(channels >= 3, "a picture without colours");
        for (pixel, bytes) in picture.pixels.iter_mut().zip(bytes.chunks_exact(channels)) {
            pixel[..3].copy_from_slice(&bytes[..3]);
        }
        Ok(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_back_as_it_was_with_few_colours_and_with_many() {
        for step in [1, 100] {
            let mut picture = Picture::new(64, 48, [255; 3]);
            for number in 0..64 * 48_usize {
                let value = u8::try_from((number / step) % 256).unwrap_or(0);
                picture.set(
                    number % 64,
                    number / 64,
                    [value, 255 - value, u8::try_from(number % 64 / step).unwrap_or(0)],
                );
            }
            let file = picture.to_png().expect("a file");
            assert_eq!(Picture::from_png(&file).expect("a picture"), picture, "{step}");
        }
        let few = Picture::new(64, 48, [9, 8, 7]);
        let file = few.to_small_png(2).expect("a file");
        assert_eq!(Picture::from_png(&file).expect("a picture"), few);
        assert!(Picture::from_png(b"not a picture").is_err());
    }
}
