//! Paints triangles without a graphics card, always the same, for pictures that tests compare.
//!
//! Not here: the window toolkit, whose triangles these are, and anything that ships.

mod animation;
mod fingerprint;
mod palette;
mod picture;
mod png_file;
mod texture;
mod triangle;

pub use animation::{Animation, Frame};
pub use fingerprint::{Fingerprint, TILES};
pub use picture::{Picture, Pixel, Rect};
pub use texture::Texture;
pub use triangle::{Mesh, Vertex};
