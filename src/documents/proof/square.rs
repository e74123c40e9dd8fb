//! An address as a square of dark and light fields (QR code, ISO/IEC 18004).

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};

use super::super::pdf::Area;

/// Light fields that must be around the square.
const QUIET: usize = 4;

/// The fields, row by row.
#[derive(Clone, Debug)]
pub(super) struct Square {
    side: usize,
    /// Row, first field and number of fields of each dark run.
    runs: Vec<(usize, usize, usize)>,
}

impl Square {
    /// The square of an address; none when it is longer than any square.
    pub(super) fn of(address: &str) -> Option<Self> {
        let code = QRBuilder::new(address).ecl(ECL::M).build().ok()?;
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for row in 0..code.size {
            for (column, _) in code[row].iter().enumerate().filter(|(_, field)| field.value()) {
                match runs.last_mut() {
                    Some((of, from, count)) if *of == row && *from + *count == column => *count += 1,
                    _ => runs.push((row, column, 1)),
                }
            }
        }
        Some(Self { side: code.size, runs })
    }

    /// The dark runs within an area, with light around them.
    pub(super) fn areas(&self, area: Area) -> Vec<Area> {
        let field = area.width.min(area.height) / whole(self.side + 2 * QUIET);
        let at = |number: usize| whole(number + QUIET) * field;
        let runs = self.runs.iter();
        runs.map(|(row, from, count)| Area {
            x: area.x + at(*from),
            y: area.y + at(*row),
            width: whole(*count) * field,
            height: field,
        })
        .collect()
    }

    /// A picture that is part of a page; its words are escaped already.
    pub(super) fn svg(&self, words: &str) -> String {
        let side = self.side + 2 * QUIET;
        let mut path = String::new();
        for (row, from, count) in &self.runs {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{} {}h{count}v1h-{count}z", from + QUIET, row + QUIET);
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"128\" height=\"128\" \
             role=\"img\" aria-label=\"{words}\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
             <path d=\"{path}\" fill=\"#000\"/></svg>"
        )
    }
}

/// A number of fields, at most some hundred.
fn whole(number: usize) -> f32 {
    u16::try_from(number).map_or(0.0, f32::from)
}

#[cfg(test)]
mod tests {
    use super::super::super::pdf::Area;
    use super::Square;

    #[test]
    fn the_corners_are_dark_and_the_edge_is_light() {
        let square = Square::of("https://spil.example/controle/abc").expect("a square");
        let areas = square.areas(Area { x: 10.0, y: 20.0, width: 90.0, height: 90.0 });
        let inside =
            |area: &Area| area.x > 10.0 && area.y > 20.0 && area.x + area.width < 100.0 && area.y + 1.0 < 110.0;
        assert!(areas.len() > 100 && areas.iter().all(inside));
        assert_eq!(square.runs[0], (0, 0, 7), "the first corner");
        assert!(Square::of(&"x".repeat(4_000)).is_none());
    }
}
