//! A QR code as modules. How it is drawn is the window's and the console's business.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A square of modules, row by row, without its quiet zone.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct QrMatrix {
    /// Modules in a row.
    pub width: usize,
    /// Dark or light.
    pub dark: Vec<bool>,
}

impl QrMatrix {
    /// The picture of a text at error correction M (ISO/IEC 18004: 15 % may be lost); `None` when it is too long.
    pub fn of(text: &str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(text.as_bytes(), qrcode::EcLevel::M).ok()?;
        let width = code.width();
        let dark = code.into_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect();
        Some(Self { width, dark })
    }

    /// Whether a module is dark; what is outside is light.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.width && self.dark.get(row * self.width + column).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_square_with_its_three_corners() {
        let qr = QrMatrix::of("https://apps.apple.com/app/id983156458").expect("short enough");
        assert_eq!(qr.dark.len(), qr.width * qr.width);
        for (column, row) in [(0, 0), (qr.width - 1, 0), (0, qr.width - 1)] {
            assert!(qr.is_dark(column, row));
        }
        assert!(!qr.is_dark(qr.width, 0));
        assert!(QrMatrix::of(&"x".repeat(5000)).is_none());
    }
}
