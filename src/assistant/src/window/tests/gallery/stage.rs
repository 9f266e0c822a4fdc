//! Runs the window's code as its program does, frame by frame, and paints what comes of it.

use std::collections::HashMap;
use std::time::Duration;

use egui::epaint::{ImageData, Primitive};
use egui::{Context, Pos2, RawInput, Rect, TextureId, Ui, ViewportId};
use journey::FieldId;
use raster::{Mesh, Picture, Texture, Vertex};

use super::states::State;
use super::variants::Variant;
use crate::keeper::Keeper;
use crate::window::app::{Screen, set_up};

/// More frames than a page takes to come to rest.
const MOST_FRAMES: usize = 12;

/// A window without a screen.
pub(super) struct Stage {
    pub(super) ctx: Context,
    points: [f32; 2],
    scale: f32,
    seconds: f64,
    /// What is done to the window in the next frame.
    pub(super) events: Vec<egui::Event>,
    textures: HashMap<TextureId, Texture>,
    /// Textures that the last frame was the last to need.
    freed: Vec<TextureId>,
    shapes: Vec<egui::epaint::ClippedShape>,
}

impl Stage {
    pub(super) fn new(points: [f32; 2], scale: f32) -> Self {
        let ctx = Context::default();
        ctx.set_os(egui::os::OperatingSystem::Nix);
        Self {
            ctx,
            points,
            scale,
            seconds: 0.0,
            events: Vec::new(),
            textures: HashMap::new(),
            freed: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// A window that pages of a variant are shown in, one after another.
    pub(super) fn of(variant: &Variant) -> Self {
        let mut stage = Self::new(variant.size.points, variant.size.scale);
        set_up(&stage.ctx);
        // The first frame takes the fonts over, which until then stand in what is forgotten.
        stage.frame(|_| {});
        let has_letters =
            stage.ctx.fonts_mut(|fonts| fonts.has_glyphs(&crate::window::fonts::regular(19.0), "Aa9"));
        assert!(has_letters, "every letter would be a box");
        stage
    }

    /// A state as it stands once it has come to rest.
    pub(super) fn shown(&mut self, state: &State, variant: &Variant, keeper: &mut Keeper) -> Picture {
        self.forget();
        let mut screen = Screen::new(variant.theme.1, Some(variant.preferences()));
        screen.is_shared = variant.size.is_shared;
        for field in FieldId::ALL {
            let typed = state.typed.iter().find(|(of, _)| *of == field).map_or("", |(_, text)| text);
            keeper.typed_mut(field).set(typed);
        }
        for _ in 0..MOST_FRAMES {
            let next = self.frame(|ui| {
                screen.ui(ui, &state.view, keeper);
            });
            let has_drawn = screen.memory.drawings.finish(&self.ctx);
            if next > Duration::ZERO && !has_drawn {
                return self.picture();
            }
        }
        panic!("{} does not come to rest ({variant})", state.name)
    }

    /// Forgets everything but the fonts, whose letters take long to draw.
    fn forget(&mut self) {
        self.ctx.memory_mut(|memory| {
            let options = memory.options.clone();
            *memory = egui::Memory::default();
            memory.options = options;
        });
    }

    /// One frame. Returns when the next is wanted.
    pub(super) fn frame(&mut self, run: impl FnMut(&mut Ui)) -> Duration {
        for id in self.freed.drain(..) {
            self.textures.remove(&id);
        }
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.points.into())),
            time: Some(self.seconds),
            events: std::mem::take(&mut self.events),
            // As common graphics cards have it.
            max_texture_side: Some(8192),
            ..RawInput::default()
        };
        self.seconds += 0.25;
        input.viewports.entry(ViewportId::ROOT).or_default().native_pixels_per_point = Some(self.scale);
        let mut output = self.ctx.run_ui(input, run);
        for (id, deltas) in output.textures_delta.set.drain() {
            for delta in deltas {
                let ImageData::Color(image) = &delta.image;
                let [width, height] = image.size;
                match (delta.pos, self.textures.get_mut(&id)) {
                    (Some(at), Some(texture)) => texture.patch(at, width, image.as_raw()),
                    _ => drop(self.textures.insert(id, Texture::new(width, height, image.as_raw()))),
                }
            }
        }
        self.freed = output.textures_delta.free.drain().collect();
        self.shapes = std::mem::take(&mut output.shapes);
        output.viewport_output.values().map(|viewport| viewport.repaint_delay).min().unwrap_or(Duration::MAX)
    }

    /// What the last frame has on it.
    pub(super) fn picture(&self) -> Picture {
        let [red, green, blue, _] = self.ctx.global_style().visuals.panel_fill.to_array();
        let [width, height] = self.points.map(|points| pixel(points * self.scale));
        let mut picture = Picture::new(width, height, [red, green, blue]);
        for clipped in self.ctx.tessellate(self.shapes.clone(), self.scale) {
            let Primitive::Mesh(mesh) = clipped.primitive else { panic!("the window paints triangles only") };
            let texture = self.textures.get(&mesh.texture_id).expect("a texture that was handed over");
            picture.paint(&in_pixels(&mesh, self.scale), texture, clip(clipped.clip_rect, self.scale));
        }
        picture
    }
}

fn in_pixels(mesh: &egui::Mesh, scale: f32) -> Mesh {
    let vertices = mesh.vertices.iter().map(|vertex| Vertex {
        at: [vertex.pos.x * scale, vertex.pos.y * scale],
        uv: [vertex.uv.x, vertex.uv.y],
        color: vertex.color.to_array(),
    });
    Mesh { vertices: vertices.collect(), indices: mesh.indices.clone() }
}

fn clip(rect: Rect, scale: f32) -> raster::Rect {
    let [left, top, right, bottom] =
        [rect.left(), rect.top(), rect.right(), rect.bottom()].map(|at| pixel(at * scale));
    raster::Rect { left, top, right, bottom }
}

/// The nearest pixel that there is.
fn pixel(at: f32) -> usize {
    at.round().clamp(0.0, 100_000.0) as usize
}
