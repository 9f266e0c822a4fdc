//! What triangles cover, and with which colours.

use super::*;

const RED: [u8; 4] = [255, 0, 0, 255];

fn white() -> Texture {
    Texture::new(1, 1, &[255; 4])
}

fn vertex(x: f32, y: f32, color: [u8; 4]) -> Vertex {
    Vertex { at: [x, y], uv: [0.0, 0.0], color }
}

/// A rectangle of two triangles, from left top to right bottom.
fn quad([left, top]: [f32; 2], [right, bottom]: [f32; 2], color: [u8; 4]) -> Mesh {
    let corner = |x: f32, y: f32, u: f32, v: f32| Vertex { at: [x, y], uv: [u, v], color };
    Mesh {
        vertices: vec![
            corner(left, top, 0.0, 0.0),
            corner(right, top, 1.0, 0.0),
            corner(right, bottom, 1.0, 1.0),
            corner(left, bottom, 0.0, 1.0),
        ],
        indices: vec![0, 1, 2, 0, 2, 3],
    }
}

fn count(picture: &Picture, color: [u8; 3]) -> usize {
    let all = (0..picture.height()).flat_map(|row| (0..picture.width()).map(move |column| (column, row)));
    all.filter(|(column, row)| picture.pixel(*column, *row) == Some(color)).count()
}

#[test]
fn a_pixel_belongs_to_the_triangle_that_has_its_middle() {
    for (from, to, pixels) in
        [([2.0, 3.0], [6.0, 5.0], 8), ([2.4, 3.4], [6.4, 5.4], 8), ([2.6, 3.0], [6.4, 5.0], 6)]
    {
        let mut picture = Picture::new(10, 10, [255; 3]);
        picture.paint(&quad(from, to, RED), &white(), picture.rect());
        assert_eq!(count(&picture, [255, 0, 0]), pixels, "{from:?} {to:?}");
    }
}

#[test]
fn no_pixel_is_painted_twice_where_triangles_share_an_edge() {
    // Half a colour, painted twice, would be darker. A fan round a corner that lies on a pixel's middle.
    let half = [0, 0, 0, 128];
    let mut mesh = Mesh { vertices: vec![vertex(20.5, 20.5, half)], indices: Vec::new() };
    for turn in 0..12_u32 {
        let angle = f64::from(turn) * std::f64::consts::TAU / 12.0;
        #[expect(clippy::cast_possible_truncation, reason = "a place")]
        let (x, y) = ((20.5 + 18.0 * angle.cos()) as f32, (20.5 + 18.0 * angle.sin()) as f32);
        mesh.vertices.push(vertex(x, y, half));
        mesh.indices.extend([0, turn + 1, (turn + 1) % 12 + 1]);
    }
    let mut picture = Picture::new(41, 41, [255; 3]);
    picture.paint(&mesh, &white(), picture.rect());
    let (painted, left) = (count(&picture, [127; 3]), count(&picture, [255; 3]));
    assert_eq!(painted + left, 41 * 41, "none twice");
    // The area of a regular polygon of twelve corners: three times the square of its radius.
    assert!(painted.abs_diff(3 * 18 * 18) < 20, "and no gaps: {painted}");
}

#[test]
fn nothing_is_painted_outside_the_clip() {
    let mut picture = Picture::new(10, 10, [255; 3]);
    let clip = Rect { left: 2, top: 1, right: 4, bottom: 90 };
    picture.paint(&quad([-50.0, -50.0], [50.0, 50.0], RED), &white(), clip);
    assert_eq!(count(&picture, [255, 0, 0]), 2 * 9);
}

#[test]
fn a_texture_that_fits_the_pixels_comes_out_as_it_is() {
    let bytes: Vec<u8> = (0..64_u8).flat_map(|number| [number * 4, number, 255 - number, 255]).collect();
    let texture = Texture::new(8, 8, &bytes);
    let mut picture = Picture::new(20, 20, [0; 3]);
    picture.paint(&quad([5.0, 7.0], [13.0, 15.0], [255; 4]), &texture, picture.rect());
    for number in 0..64_u8 {
        let (column, row) = (usize::from(number % 8), usize::from(number / 8));
        assert_eq!(picture.pixel(5 + column, 7 + row), Some([number * 4, number, 255 - number]));
    }
}

#[test]
fn colours_run_from_corner_to_corner() {
    let mut mesh = quad([0.0, 0.0], [100.0, 10.0], RED);
    for corner in [1, 2] {
        mesh.vertices[corner].color = [0, 0, 255, 255];
    }
    mesh.vertices.iter_mut().for_each(|vertex| vertex.uv = [0.0, 0.0]);
    let mut picture = Picture::new(100, 10, [0; 3]);
    picture.paint(&mesh, &white(), picture.rect());
    assert_eq!(picture.pixel(0, 5), Some([254, 0, 1]));
    assert_eq!(picture.pixel(50, 5).map(|[red, _, blue]| (red, blue)), Some((126, 129)));
    assert_eq!(picture.pixel(99, 0), Some([1, 0, 254]));
}
