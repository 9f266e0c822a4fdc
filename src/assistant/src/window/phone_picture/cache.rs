//! The textures of the pictures on a page: rendered once for each size, on a thread, and freed with the page.

use std::sync::mpsc::{Receiver, TryRecvError, channel};

use egui::{Color32, Context, ImageData, TextureHandle, TextureOptions};

#[cfg(test)]
use super::render::remembered::render;
#[cfg(not(test))]
use super::render::render;
use super::render::{Place, Rendered};
use super::template::svg;
use crate::view::PhonePicture;

/// What is to be drawn, and how.
#[derive(Clone, PartialEq)]
pub(in crate::window) struct Wish {
    pub(in crate::window) pictures: Vec<PhonePicture>,
    /// The colour of lines.
    pub(in crate::window) brand: Color32,
    /// A line round the phone, for pages that are dark.
    pub(in crate::window) edge: Option<Color32>,
    /// How many pixels wide each is.
    pub(in crate::window) pixels: u32,
}

/// A picture that can be painted.
pub(in crate::window) struct Drawn {
    pub(in crate::window) texture: TextureHandle,
    pub(super) places: Vec<Place>,
}

/// The pictures of the page that shows.
#[derive(Default)]
pub(in crate::window) struct Drawings {
    wish: Option<Wish>,
    rendering: Option<Receiver<Vec<Rendered>>>,
    drawn: Vec<Drawn>,
    /// When these pictures were first there, in egui's time.
    since: Option<f64>,
}

impl Drawings {
    /// Sees to it that there are such pictures: they are rendered elsewhere, and a frame is asked for when they are there.
    /// After a change of size the old ones stay until then.
    pub(in crate::window) fn want(&mut self, ctx: &Context, wish: Wish) {
        if self.wish.as_ref() != Some(&wish) {
            if self.wish.as_ref().is_none_or(|before| before.pictures != wish.pictures) {
                *self = Self::default();
            }
            self.rendering = start(ctx, &wish);
            self.wish = Some(wish);
        }
        match self.rendering.as_ref().map(Receiver::try_recv) {
            Some(Ok(rendered)) => self.take_in(ctx, rendered),
            Some(Err(TryRecvError::Disconnected)) => self.rendering = None,
            Some(Err(TryRecvError::Empty)) | None => {}
        }
    }

    fn take_in(&mut self, ctx: &Context, rendered: Vec<Rendered>) {
        self.drawn = rendered.into_iter().map(|rendered| draw(ctx, rendered)).collect();
        self.rendering = None;
        self.since.get_or_insert_with(|| ctx.input(|input| input.time));
    }

    /// Waits for pictures that are being rendered. Returns whether there were any.
    #[cfg(test)]
    pub(in crate::window) fn finish(&mut self, ctx: &Context) -> bool {
        let Some(rendered) = self.rendering.take().and_then(|rendering| rendering.recv().ok()) else {
            return false;
        };
        self.take_in(ctx, rendered);
        true
    }

    /// The pictures that can be painted.
    pub(in crate::window) fn drawn(&self) -> &[Drawn] {
        &self.drawn
    }

    /// Frees what there is.
    pub(in crate::window) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Seconds since the pictures were first there.
    pub(in crate::window) fn age(&self, ctx: &Context) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "the first seconds are counted")]
        self.since.map_or(0.0, |since| (ctx.input(|input| input.time) - since) as f32)
    }
}

fn start(ctx: &Context, wish: &Wish) -> Option<Receiver<Vec<Rendered>>> {
    let (send, receive) = channel();
    let (wish, waker) = (wish.clone(), ctx.clone());
    let work = move || {
        let all = wish
            .pictures
            .iter()
            .filter_map(|picture| render(&svg(picture, wish.brand, wish.edge), wish.pixels));
        // The page may have gone meanwhile.
        let _ = send.send(all.collect());
        waker.request_repaint();
    };
    // Without a thread the page has no picture, and all its words.
    std::thread::Builder::new().name("pictures".to_owned()).spawn(work).ok().map(|_| receive)
}

fn draw(ctx: &Context, rendered: Rendered) -> Drawn {
    let texture = ctx.load_texture("phone", ImageData::Color(rendered.image), TextureOptions::LINEAR);
    Drawn { texture, places: rendered.places }
}
