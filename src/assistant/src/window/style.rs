//! egui's own style, made ours: nothing of its defaults is left to see.

use egui::style::{
    HandleShape, NumericColorSpace, ScrollAnimation, ScrollStyle, Selection, TextCursorStyle, WidgetVisuals,
    Widgets,
};
use egui::{Color32, CornerRadius, Shadow, Stroke, Style, TextStyle, Visuals, vec2};

use super::look::Look;
use super::{fonts, tokens};

/// Puts the look into egui.
pub(crate) fn apply(ctx: &egui::Context, look: &Look) {
    let style = style(look);
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        let dark_mode = theme == egui::Theme::Dark;
        ctx.set_style_of(
            theme,
            Style { visuals: Visuals { dark_mode, ..style.visuals.clone() }, ..style.clone() },
        );
    }
}

fn style(look: &Look) -> Style {
    let tokens::Sizes { body, small, h1, code, target, scroll_bar, .. } = &look.sizes;
    let mut style = Style {
        text_styles: [
            (TextStyle::Body, fonts::regular(body.0)),
            (TextStyle::Button, fonts::bold(body.0)),
            (TextStyle::Small, fonts::regular(small.0)),
            (TextStyle::Heading, fonts::bold(h1.0)),
            (TextStyle::Monospace, fonts::regular(code.0)),
        ]
        .into(),
        visuals: visuals(look),
        animation_time: 0.0,
        explanation_tooltips: false,
        url_in_tooltip: false,
        always_scroll_the_only_direction: true,
        scroll_animation: ScrollAnimation::none(),
        ..Style::default()
    };
    style.spacing.item_spacing = vec2(0.0, 0.0);
    style.spacing.interact_size = vec2(*target, *target);
    style.spacing.button_padding = vec2(look.space(3), look.space(1));
    style.spacing.scroll = ScrollStyle {
        bar_width: *scroll_bar,
        handle_min_length: *target,
        bar_inner_margin: 0.0,
        bar_outer_margin: 2.0,
        foreground_color: true,
        ..ScrollStyle::solid()
    };
    style.spacing.scroll.fade.strength = 0.0;
    style.interaction.selectable_labels = false;
    style.interaction.multi_widget_text_select = false;
    style
}

fn visuals(look: &Look) -> Visuals {
    let p = &look.palette;
    let radius = CornerRadius::same(2);
    let widget = |fill: Color32, border: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(look.sizes.border, border),
        corner_radius: radius,
        fg_stroke: Stroke::new(look.sizes.border, text),
        expansion: 0.0,
    };
    // egui draws its scroll handle with the foreground of the state.
    let rest = widget(p.secondary, p.secondary_border, p.scroll_handle);
    let hovered = widget(p.secondary_hover, p.secondary_border, p.quiet);
    Visuals {
        override_text_color: Some(p.text),
        weak_text_color: Some(p.quiet),
        widgets: Widgets {
            noninteractive: widget(p.page, p.rule, p.text),
            inactive: rest,
            hovered,
            active: hovered,
            open: rest,
        },
        selection: Selection { bg_fill: p.selection, stroke: Stroke::new(1.0, p.text) },
        hyperlink_color: p.link,
        faint_bg_color: p.surface,
        extreme_bg_color: p.page,
        text_edit_bg_color: Some(p.field),
        code_bg_color: p.surface,
        warn_fg_color: p.text,
        error_fg_color: p.error,
        window_corner_radius: CornerRadius::ZERO,
        window_shadow: Shadow::NONE,
        window_fill: p.page,
        window_stroke: Stroke::NONE,
        menu_corner_radius: CornerRadius::ZERO,
        panel_fill: p.page,
        popup_shadow: Shadow::NONE,
        // A blinking caret would repaint an idle window twice a second.
        text_cursor: TextCursorStyle {
            stroke: Stroke::new(look.sizes.border, p.text),
            preview: false,
            blink: false,
            ..TextCursorStyle::default()
        },
        striped: false,
        handle_shape: HandleShape::Circle,
        interact_cursor: None,
        image_loading_spinners: false,
        numeric_color_space: NumericColorSpace::GammaByte,
        // Dark letters on light are drawn lighter than light ones on dark, or they look bold.
        ..if look.is_dark { Visuals::dark() } else { Visuals::light() }
    }
}
