//! A QR code in half blocks: two modules a character, one above the other.

use zeroize::Zeroizing;

use crate::keeper::QrMatrix;

/// Light modules around the picture (ISO/IEC 18004, section 6.3.8).
const QUIET: usize = 4;

/// Black on white by the terminal's colours, in the 256-colour palette: themes do not change these two.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const PLAIN: &str = "\u{1b}[0m";

/// Columns that a picture takes.
pub(super) fn columns(qr: &QrMatrix) -> usize {
    qr.width + 2 * QUIET
}

/// The rows of a picture. Without colours a full block is white, so it is right on a dark terminal and when captured.
pub(super) fn half_blocks(qr: &QrMatrix, colour: bool) -> Vec<Zeroizing<String>> {
    let size = columns(qr);
    let dark = |column: usize, row: usize| match (column.checked_sub(QUIET), row.checked_sub(QUIET)) {
        (Some(column), Some(row)) => qr.is_dark(column, row),
        _ => false,
    };
    (0..size)
        .step_by(2)
        .map(|row| {
            // Room for the longest row, so that no copy is left behind when it grows.
            let mut line =
                Zeroizing::new(String::with_capacity(size * 3 + BLACK_ON_WHITE.len() + PLAIN.len()));
            if colour {
                line.push_str(BLACK_ON_WHITE);
            }
            for column in 0..size {
                // The last row has no lower half when the size is odd: it is light like the rest of the quiet zone.
                let (upper, lower) = (dark(column, row), dark(column, row + 1));
                line.push(match (upper == colour, lower == colour) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            if colour {
                line.push_str(PLAIN);
            }
            line
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const LINK: &str = "otpauth://totp/Oaktree%20Learning%20Trust:s.sample%40oaktree.example?issuer=Oaktree";

    /// Pixels of the printed rows, 4 by 4 a module, with nothing but what the rows show.
    pub(crate) fn decoded(rows: &[Zeroizing<String>], ink: bool) -> String {
        let rows: Vec<Vec<char>> = rows
            .iter()
            .map(|row| row.trim_start_matches(BLACK_ON_WHITE).trim_end_matches(PLAIN).chars().collect())
            .collect();
        let width = rows[0].len();
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(width * 4, rows.len() * 2 * 4, |x, y| {
                let (column, row) = (x / 4, y / 4);
                let filled = match rows[row / 2][column] {
                    '█' => true,
                    '▀' => row % 2 == 0,
                    '▄' => row % 2 == 1,
                    _ => false,
                };
                if filled == ink { 0 } else { 255 }
            });
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1, "one code is found");
        grids[0].decode().expect("it is readable").1
    }

    #[test]
    fn a_decoder_reads_what_is_printed() {
        let qr = QrMatrix::of(LINK).expect("short enough");
        assert_eq!(decoded(&half_blocks(&qr, false), false), LINK);
        assert_eq!(decoded(&half_blocks(&qr, true), true), LINK);
    }

    #[test]
    fn the_quiet_zone_is_four_modules_wide() {
        let qr = QrMatrix::of(LINK).expect("short enough");
        let rows = half_blocks(&qr, false);
        assert_eq!(rows[0].chars().count(), columns(&qr));
        assert!(
            rows[0].chars().all(|character| character == '█')
                && rows[1].chars().all(|character| character == '█')
        );
        assert!(
            rows.iter().all(|row| row.starts_with("████") && row.trim_end().chars().count() == columns(&qr))
        );
    }
}
