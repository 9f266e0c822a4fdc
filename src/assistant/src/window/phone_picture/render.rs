//! Renders an SVG. resvg is named here and nowhere else.

use std::sync::{Arc, LazyLock};

use egui::{ColorImage, Rect, pos2};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Group, Node, Options, Tree, fontdb};

/// A picture as pixels.
#[derive(Clone)]
pub(super) struct Rendered {
    pub(super) image: Arc<ColorImage>,
    pub(super) places: Vec<Place>,
}

#[cfg(test)]
pub(super) mod remembered;

/// Where something stands in a picture, in units of its SVG from the phone's left top corner.
#[derive(Clone)]
pub(in crate::window) struct Place {
    /// Its id in the SVG.
    pub(super) id: String,
    pub(super) rect: Rect,
}

/// The fonts of the window alone: what a system has is not asked for. Made when the first picture is.
static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for bytes in super::FONTS {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
    }
    let family = fonts.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
    Options { font_family: family.unwrap_or_default(), fontdb: Arc::new(fonts), ..Options::default() }
});

/// The tree of an SVG.
pub(super) fn tree(svg: &str) -> Option<Tree> {
    Tree::from_str(svg, &OPTIONS).ok()
}

/// Renders an SVG so many pixels wide.
pub(super) fn render(svg: &str, width: u32) -> Option<Rendered> {
    let tree = tree(svg)?;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    let scale = width as f32 / tree.size().width();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand pixels")]
    let height = (tree.size().height() * scale).ceil() as u32;
    let mut pixels = Pixmap::new(width, height)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let size = [usize::try_from(width).ok()?, usize::try_from(height).ok()?];
    let image = Arc::new(ColorImage::from_rgba_premultiplied(size, pixels.data()));
    Some(Rendered { image, places: places(&tree) })
}

/// Everything that has an id.
pub(super) fn places(tree: &Tree) -> Vec<Place> {
    let mut found = Vec::new();
    walk(tree.root(), &mut |node| {
        if !node.id().is_empty() {
            let rect = node.abs_bounding_box();
            let [left, top] = super::ROUND;
            let min = pos2(rect.left() - left, rect.top() - top);
            found.push(Place {
                id: node.id().to_owned(),
                rect: Rect::from_min_max(min, pos2(rect.right() - left, rect.bottom() - top)),
            });
        }
    });
    found
}

/// Every node below a group.
pub(super) fn walk<'tree>(group: &'tree Group, visit: &mut impl FnMut(&'tree Node)) {
    for node in group.children() {
        visit(node);
        if let Node::Group(group) = node {
            walk(group, visit);
        }
    }
}
