//! Pictures that follow one another, as an animated PNG. Of each only what differs from the one before it is in the file.

use std::io::Cursor;

use anyhow::Context as _;
use png::{BitDepth, BlendOp, ColorType, Compression, Decoder, DisposeOp, Encoder, Transformations};

use crate::palette::{MOST, Palette};
use crate::picture::{Picture, Rect};

/// A picture and how long it stands.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What is seen.
    pub picture: Picture,
    /// For so many milliseconds.
    pub millis: u16,
}

/// Pictures of one size that follow one another, over and over.
#[derive(Debug, Clone, Default)]
pub struct Animation {
    /// The pictures.
    pub frames: Vec<Frame>,
}

impl Animation {
    /// Adds a picture. One that is as the last only has that stand longer.
    pub fn push(&mut self, picture: Picture, millis: u16) {
        match self.frames.last_mut().filter(|last| last.picture == picture) {
            Some(last) => last.millis = last.millis.saturating_add(millis),
            None => self.frames.push(Frame { picture, millis }),
        }
    }

    /// Reads an animated PNG of the kind that is written here.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn from_png(file: &[u8]) -> anyhow::Result<Self> {
        let mut decoder = Decoder::new(Cursor::new(file));
        decoder.set_transformations(Transformations::EXPAND);
        let mut reader = decoder.read_info()?;
        let count = reader.info().animation_control.context("it does not move")?.num_frames;
        let mut bytes = vec![0; reader.output_buffer_size().context("a picture that is too large")?];
        let mut animation = Self::default();
        for _ in 0..count {
            let frame = reader.next_frame(&mut bytes)?;
            let control = *reader.info().frame_control.as_ref().context("a frame without a time")?;
            let at = |number: u32| usize::try_from(number);
            let (left, top, width) = (at(control.x_offset)?, at(control.y_offset)?, at(control.width)?);
            let mut picture = match animation.frames.last() {
                Some(last) => last.picture.clone(),
                None => Picture::new(width, at(control.height)?, [0; 3]),
            };
            anyhow::ensure!(frame.color_type.samples() == 3, "a picture with other colours");
            let pixels = bytes[..frame.buffer_size()].as_chunks::<3>().0;
            anyhow::ensure!(left + width <= picture.width(), "a frame outside the picture");
            for (row, line) in (top..picture.height()).zip(pixels.chunks(width)) {
                (left..).zip(line).for_each(|(column, pixel)| picture.set(column, row, *pixel));
            }
            animation.frames.push(Frame { picture, millis: control.delay_num });
        }
        Ok(animation)
    }

    /// Whether it shows the same for as long. Colours may be off by so much.
    pub fn is_near(&self, other: &Self, most: u8) -> bool {
        let is_near = |(one, two): (&Frame, &Frame)| {
            one.millis == two.millis && one.picture.pixels_apart(&two.picture, most) == 0
        };
        self.frames.len() == other.frames.len() && self.frames.iter().zip(&other.frames).all(is_near)
    }

    /// An animated PNG with 256 colours. A program that shows no animations shows the first frame.
    ///
    /// # Errors
    ///
    /// When there is no picture, or they have several sizes.
    pub fn to_png(&self) -> anyhow::Result<Vec<u8>> {
        let pictures: Vec<&Picture> = self.frames.iter().map(|frame| &frame.picture).collect();
        let first = pictures.first().context("no picture")?;
        let palette = Palette::of(&pictures, MOST);
        let mut file = Vec::new();
        let mut encoder =
            Encoder::new(&mut file, u32::try_from(first.width())?, u32::try_from(first.height())?);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(palette.bytes());
        encoder.set_compression(Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_animated(u32::try_from(self.frames.len())?, 0)?;
        encoder.set_dispose_op(DisposeOp::None)?;
        encoder.set_blend_op(BlendOp::Source)?;
        let mut writer = encoder.write_header()?;
        let mut before: Option<&Picture> = None;
        for Frame { picture, millis } in &self.frames {
            let rect = match before {
                None => picture.rect(),
                Some(before) => {
                    anyhow::ensure!(before.rect() == picture.rect(), "pictures of several sizes");
                    let same = Rect { left: 0, top: 0, right: 1, bottom: 1 };
                    picture.difference(before).unwrap_or(same)
                }
            };
            if before.is_some() {
                writer.reset_frame_position()?;
                writer.set_frame_dimension(side(rect.left, rect.right)?, side(rect.top, rect.bottom)?)?;
                writer.set_frame_position(u32::try_from(rect.left)?, u32::try_from(rect.top)?)?;
            }
            writer.set_frame_delay(*millis, 1000)?;
            writer.write_image_data(&palette.numbers(picture, rect))?;
            before = Some(picture);
        }
        writer.finish()?;
        Ok(file)
    }
}

fn side(from: usize, to: usize) -> anyhow::Result<u32> {
    Ok(u32::try_from(to - from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_is_where_it_differs_and_stands_as_long_as_it_should() {
        let plain = Picture::new(40, 30, [255; 3]);
        let mut dotted = plain.clone();
        dotted.set(11, 7, [0; 3]);
        dotted.set(13, 9, [0; 3]);
        let mut animation = Animation::default();
        animation.push(plain.clone(), 500);
        animation.push(plain.clone(), 100);
        animation.push(dotted, 250);
        assert_eq!(animation.frames.len(), 2);
        let file = animation.to_png().expect("a file");
        let read = Animation::from_png(&file).expect("it moves");
        assert!(read.is_near(&animation, 0));
        let mut other = read;
        other.frames[1].picture.set(39, 29, [250; 3]);
        assert_eq!((other.is_near(&animation, 4), other.is_near(&animation, 5)), (false, true));
        assert!(Animation::from_png(&plain.to_png().expect("a file")).is_err(), "it does not move");
        assert_eq!(Picture::from_png(&file).expect("its first frame"), plain);
        let mut reader = Decoder::new(Cursor::new(file)).read_info().expect("a file");
        let mut bytes = vec![0; 40 * 30];
        let mut seen = Vec::new();
        for _ in 0..2 {
            reader.next_frame(&mut bytes).expect("a frame");
            let control = reader.info().frame_control.expect("of an animation");
            seen.push((control.x_offset, control.y_offset, control.width, control.height, control.delay_num));
        }
        assert_eq!(seen, [(0, 0, 40, 30, 600), (11, 7, 3, 3, 250)]);
        assert!(Animation::default().to_png().is_err());
    }
}
