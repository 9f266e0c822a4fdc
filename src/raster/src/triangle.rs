//! Fills triangles as a graphics card does: a pixel belongs to the triangle that has its middle, and each to one of two that
//! share an edge. Places are whole 256ths of a pixel, so that nothing depends on how a processor rounds.

use crate::picture::{Picture, Rect};
use crate::texture::Texture;

/// A corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vertex {
    /// Column and row, in pixels.
    pub at: [f32; 2],
    /// Its place in the texture, from 0 to 1.
    pub uv: [f32; 2],
    /// Premultiplied, in gamma space.
    pub color: [u8; 4],
}

/// Triangles with one texture. Three indices each.
#[derive(Debug, Clone, Default)]
pub struct Mesh {
    /// The corners.
    pub vertices: Vec<Vertex>,
    /// Which three make a triangle.
    pub indices: Vec<u32>,
}

impl Picture {
    /// Paints triangles, one over another, where `clip` lets them.
    pub fn paint(&mut self, mesh: &Mesh, texture: &Texture, clip: Rect) {
        let clip =
            Rect { right: clip.right.min(self.width()), bottom: clip.bottom.min(self.height()), ..clip };
        let corner = |index: u32| usize::try_from(index).ok().and_then(|index| mesh.vertices.get(index));
        for three in mesh.indices.as_chunks::<3>().0 {
            if let [Some(a), Some(b), Some(c)] = three.map(corner)
                && let Some(triangle) = Triangle::of([a, b, c], texture)
            {
                triangle.fill(self, clip);
            }
        }
    }
}

/// Parts of a pixel.
const PARTS: i64 = 256;

/// A straight edge: at least zero at the middles of the pixels that it lets in.
#[derive(Clone, Copy)]
struct Edge {
    /// From one column to the next, and from one row to the next.
    step: [i64; 2],
    /// At the middle of the first pixel.
    first: i64,
}

struct Triangle<'a> {
    edges: [Edge; 3],
    /// Left, top, right, bottom; right and bottom are the first outside.
    bounds: [i64; 4],
    /// Of each value: at the middle of the first pixel, from one column to the next, from one row to the next.
    values: [[f64; 3]; 6],
    texture: &'a Texture,
    /// Where all corners are alike.
    solid: Option<[u8; 4]>,
    /// Where they have one colour.
    color: Option<[u8; 4]>,
}

impl<'a> Triangle<'a> {
    fn of(corners: [&Vertex; 3], texture: &'a Texture) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "a few thousand pixels")]
        let fixed = |vertex: &Vertex| vertex.at.map(|at| (f64::from(at) * 256.0).round() as i64);
        let [a, mut b, mut c] = corners;
        let mut area = cross(fixed(a), fixed(b), fixed(c));
        if area == 0 {
            return None;
        }
        if area < 0 {
            (b, c, area) = (c, b, -area);
        }
        let places = [fixed(a), fixed(b), fixed(c)];
        let edges = [(1, 2), (2, 0), (0, 1)].map(|(from, to)| Edge::between(places[from], places[to]));
        let bound = |axis: usize| {
            let all = places.map(|place| place[axis]);
            let (least, most) = (all.into_iter().min(), all.into_iter().max());
            (least.unwrap_or(0).div_euclid(PARTS), most.unwrap_or(0).div_euclid(PARTS) + 1)
        };
        let ((left, right), (top, bottom)) = (bound(0), bound(1));
        let size = texture.size();
        let of = |vertex: &Vertex| {
            let [red, green, blue, alpha] = vertex.color.map(f64::from);
            let [x, y] = [vertex.uv[0] * size[0], vertex.uv[1] * size[1]].map(f64::from);
            [red, green, blue, alpha, x, y]
        };
        let all = [of(a), of(b), of(c)];
        let values = std::array::from_fn(|value| plane(&edges, area, all.map(|of| of[value])));
        let color = (a.color == b.color && b.color == c.color).then_some(a.color);
        let has_one_place = a.uv == b.uv && b.uv == c.uv;
        #[expect(clippy::cast_possible_truncation, reason = "from f32")]
        let solid = color
            .filter(|_| has_one_place)
            .map(|color| times(color, texture.sample(all[0][4] as f32, all[0][5] as f32)));
        Some(Self { edges, bounds: [left, top, right, bottom], values, texture, solid, color })
    }

    fn fill(&self, picture: &mut Picture, clip: Rect) {
        let clip = [clip.left, clip.top, clip.right, clip.bottom].map(|at| i64::try_from(at).unwrap_or(0));
        let [left, top, right, bottom] = self.bounds;
        for row in top.max(clip[1])..bottom.min(clip[3]) {
            let (mut from, mut to) = (left.max(clip[0]), right.min(clip[2]));
            for edge in &self.edges {
                edge.narrow(row, &mut from, &mut to);
            }
            if let (Ok(at), Ok(first), Ok(end)) =
                (usize::try_from(row), usize::try_from(from), usize::try_from(to))
                && first < end
            {
                self.line(picture.row_mut(at, first, end), from, row);
            }
        }
    }

    fn line(&self, pixels: &mut [[u8; 4]], from: i64, row: i64) {
        match (self.solid, self.color) {
            (Some(color @ [_, _, _, 255]), _) => pixels.fill(color),
            (Some([0, 0, 0, 0]), _) => {}
            (Some(color), _) => pixels.iter_mut().for_each(|pixel| *pixel = over(color, *pixel)),
            (None, Some(color)) => {
                for (pixel, column) in pixels.iter_mut().zip(from..) {
                    let texel = self.texel(column, row);
                    if texel != [0; 4] {
                        *pixel = over(times(color, texel), *pixel);
                    }
                }
            }
            (None, None) => {
                for (pixel, column) in pixels.iter_mut().zip(from..) {
                    let color = [0, 1, 2, 3].map(|value| byte(self.value(value, column, row)));
                    *pixel = over(times(color, self.texel(column, row)), *pixel);
                }
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    fn value(&self, value: usize, column: i64, row: i64) -> f64 {
        let [first, across, down] = self.values[value];
        first + across * column as f64 + down * row as f64
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place in a texture")]
    fn texel(&self, column: i64, row: i64) -> [u8; 4] {
        self.texture.sample(self.value(4, column, row) as f32, self.value(5, column, row) as f32)
    }
}

impl Edge {
    fn between([ax, ay]: [i64; 2], [bx, by]: [i64; 2]) -> Self {
        let (across, down) = (ay - by, bx - ax);
        // An edge at the left or at the top has the middles that lie on it.
        let has_its_own = across > 0 || (across == 0 && down > 0);
        let middle = PARTS / 2;
        let first = across * (middle - ax) + down * (middle - ay) - i64::from(!has_its_own);
        Self { step: [across * PARTS, down * PARTS], first }
    }

    /// Narrows the columns of a row to those that the edge lets in.
    fn narrow(self, row: i64, from: &mut i64, to: &mut i64) {
        let at = self.first + self.step[1] * row;
        match self.step[0] {
            0 if at < 0 => *to = *from,
            0 => {}
            step if step > 0 => *from = (*from).max(-at.div_euclid(step)),
            step => *to = (*to).min(at.div_euclid(-step) + 1),
        }
    }
}

fn cross(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> i64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// A value over the pixels, from what it is at the corners opposite to the edges.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn plane(edges: &[Edge; 3], area: i64, corners: [f64; 3]) -> [f64; 3] {
    let sum = |of: fn(&Edge) -> i64| {
        let terms = edges.iter().zip(corners).map(|(edge, corner)| of(edge) as f64 * corner);
        terms.sum::<f64>() / area as f64
    };
    [sum(|edge| edge.first), sum(|edge| edge.step[0]), sum(|edge| edge.step[1])]
}

/// A colour between the two.
fn byte(value: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to a byte")]
    let byte = (value + 0.5).clamp(0.0, 255.0) as u8;
    byte
}

fn times(color: [u8; 4], texel: [u8; 4]) -> [u8; 4] {
    if texel == [255; 4] {
        return color;
    }
    std::array::from_fn(|channel| part(color[channel], texel[channel]))
}

/// A premultiplied colour on one that is opaque.
fn over(color: [u8; 4], below: [u8; 4]) -> [u8; 4] {
    let rest = 255 - color[3];
    let [red, green, blue, _] =
        std::array::from_fn(|channel| color[channel].saturating_add(part(below[channel], rest)));
    [red, green, blue, 255]
}

/// So many 255ths of it, rounded.
fn part(value: u8, of: u8) -> u8 {
    let product = u32::from(value) * u32::from(of) + 127;
    #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
    let part = (product / 255) as u8;
    part
}

#[cfg(test)]
mod tests;
