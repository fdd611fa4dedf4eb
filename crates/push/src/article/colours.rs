//! The institution's own two colours, which a theme takes up in the place of its own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Theme, ThemeName};

/// The least contrast of words and what is behind them (WCAG 2.1, 1.4.3, AA).
pub(super) const READABLE: f64 = 4.5;
/// From this luminance on a colour of a theme fills an area; below it is drawn with.
const FILLS: f64 = 0.6;
const WHITE: &str = "#ffffff";

/// Two colours as `#rrggbb`: one to write and draw with, one to fill areas with. On the dark paper of 相册 it is the other way
/// round.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = HouseColours)]
pub struct Colours {
    /// Of headings, lines and numbers.
    pub dark: String,
    /// Behind quotations and cards.
    pub light: String,
}

impl Colours {
    /// Why articles in them could not be read, and what to do about it; nothing if they can.
    pub fn problem(&self) -> Option<String> {
        let written = |colour: &str| {
            format!("颜色“{}”要写成 #1d4f91 这样：# 和六位数字或字母", colour.chars().take(20).collect::<String>())
        };
        for colour in [&self.dark, &self.light] {
            if luminance(colour).is_none() {
                return Some(written(colour));
            }
        }
        let themes = ThemeName::ALL.map(ThemeName::theme);
        let papers = themes.iter().map(|theme| theme.paper).filter(|paper| fills(paper));
        let on_paper = papers.filter_map(|paper| contrast(&self.dark, paper)).fold(f64::MAX, f64::min);
        if on_paper < READABLE {
            return Some(format!("主色在浅色的纸上看不清，对比度 {on_paper:.1}，至少要 {READABLE}。请选深一些的主色"));
        }
        let between = contrast(&self.dark, &self.light)?;
        if between < READABLE {
            return Some(format!("主色写在底色上看不清，对比度 {between:.1}，至少要 {READABLE}。请选浅一些的底色"));
        }
        let words = themes.iter().filter(|theme| fills(theme.paper)).flat_map(|theme| [theme.ink, theme.faint]);
        let on_card = words.filter_map(|of| contrast(of, &self.light)).fold(f64::MAX, f64::min);
        (on_card < READABLE)
            .then(|| format!("正文和说明写在底色上看不清，对比度 {on_card:.1}，至少要 {READABLE}。请选浅一些的底色"))
    }

    /// A theme in these colours.
    pub fn over(&self, theme: &Theme) -> Theme<String> {
        let (dark, light) = (self.dark.as_str(), self.light.as_str());
        if !fills(theme.paper) {
            let own = theme.map(|text| recoloured(text, |_| light));
            let frame = format!("border:1px solid {light};{}", own.frame);
            let (paper, card) = (dark.to_owned(), dark.to_owned());
            let (faint, accent, picture) = (light.to_owned(), light.to_owned(), theme.picture.to_owned());
            return Theme { ink: WHITE.to_owned(), faint, accent, paper, card, frame, picture, ..own };
        }
        let kept = [theme.ink, theme.faint, theme.paper, WHITE];
        let own = theme.map(|text| {
            recoloured(text, |colour| match () {
                () if kept.contains(&colour) => colour,
                () if fills(colour) => light,
                () => dark,
            })
        });
        Theme { accent: dark.to_owned(), card: light.to_owned(), ..own }
    }
}

/// A style with each of its colours exchanged.
fn recoloured<'a>(style: &'a str, of: impl Fn(&'a str) -> &'a str) -> String {
    let (mut out, mut rest) = (String::new(), style);
    while let Some((before, from)) = rest.find('#').and_then(|at| rest.split_at_checked(at)) {
        let (colour, after) = from.split_at_checked("#rrggbb".len()).unwrap_or((from, ""));
        out.extend([before, of(colour)]);
        rest = after;
    }
    out + rest
}

fn fills(colour: &str) -> bool {
    luminance(colour).is_some_and(|found| found >= FILLS)
}

/// The contrast of two colours (WCAG 2.1); none if one of them is no colour.
pub(super) fn contrast(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (luminance(one)?, luminance(other)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

/// The relative luminance of a colour (WCAG 2.1).
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(digits)?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.039_28 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126f64.mul_add(channel(0)?, 0.7152f64.mul_add(channel(2)?, 0.0722 * channel(4)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(dark: &str, light: &str) -> Colours {
        Colours { dark: dark.to_owned(), light: light.to_owned() }
    }

    #[test]
    fn colours_that_cannot_be_read_are_refused_with_the_reason() {
        let told = |dark: &str, light: &str| colours(dark, light).problem().unwrap_or_default();
        assert_eq!(told("#1d4f91", "#eaf2fb"), "");
        assert!(told("blue", "#eaf2fb").contains("“blue”"));
        assert!(told("#1d4f91", "#eaf2f").contains("“#eaf2f”"));
        assert!(told("#6fa8dc", "#ffffff").starts_with("主色在浅色的纸上看不清，对比度 2."));
        assert!(told("#1d4f91", "#7f9fc0").starts_with("主色写在底色上看不清"));
        assert!(told("#000000", "#a0a0a0").starts_with("正文和说明写在底色上看不清"));
    }

    #[test]
    fn every_pair_of_colours_can_be_read_in_those_of_the_house_too() {
        for own in [colours("#1d4f91", "#eaf2fb"), colours("#6a1b2d", "#fdf1e7"), colours("#000000", "#ffffff")] {
            assert_eq!(own.problem(), None);
            for name in ThemeName::ALL {
                let theme = own.over(&name.theme());
                for on in [&theme.paper, &theme.card] {
                    for of in [&theme.ink, &theme.faint, &theme.accent] {
                        let found = contrast(of, on).unwrap();
                        assert!(found >= READABLE, "{}: {of} on {on} has {found:.2}", name.label());
                    }
                }
            }
        }
    }

    #[test]
    fn lines_take_the_dark_colour_areas_the_light_one_and_words_stay() {
        let own = colours("#1d4f91", "#eaf2fb").over(&ThemeName::Children.theme());
        assert!(
            own.heading.contains("background-color:#eaf2fb")
                && own.frame == "border:2px dashed #1d4f91;border-radius:14px;"
        );
        assert_eq!((own.ink.as_str(), own.paper.as_str()), ("#2e3a4a", "#fffdf5"));
        assert_eq!(recoloured("a:#123456;b:#12", |_| "x"), "a:x;b:x");
    }
}
