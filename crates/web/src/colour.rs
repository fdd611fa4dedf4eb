//! The institution's own accent colour, refused when it could not be read.

/// A colour as `#RRGGBB`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// The institution's accent on light and on dark ground, in place of cinnabar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, try_from = "Setting")]
pub struct Theme {
    light: Colour,
    dark: Colour,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    light: Colour,
    dark: Colour,
}

/// The grounds text stands on, and the least contrast (WCAG 2.2, 1.4.3, level AA).
const PAPER: Colour = Colour { red: 0xf7, green: 0xf4, blue: 0xec };
const NIGHT: Colour = Colour { red: 0x1e, green: 0x1d, blue: 0x1b };
const WHITE: Colour = Colour { red: 0xff, green: 0xff, blue: 0xff };
const LEAST: f64 = 4.5;

impl Colour {
    /// Reads `#RRGGBB`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| digits.get(from..from + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        Some(Self { red: part(0)?, green: part(2)?, blue: part(4)? })
    }

    /// The contrast with another colour, 1 to 21 (WCAG 2.2, definition of contrast ratio).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }
}

impl<'de> serde::Deserialize<'de> for Colour {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("“{text}”不是 #RRGGBB 形式的颜色")))
    }
}

impl TryFrom<Setting> for Theme {
    type Error = String;

    fn try_from(Setting { light, dark }: Setting) -> Result<Self, String> {
        Self::new(light, dark).ok_or_else(|| {
            format!(
                "主题色 {light} 与白纸、或 {dark} 与夜间底色的对比度不足 4.5:1，老年读者看不清；请选更深或更浅的颜色"
            )
        })
    }
}

impl Theme {
    /// An accent whose text can be read: light on paper and under white letters, dark on the night ground.
    pub fn new(light: Colour, dark: Colour) -> Option<Self> {
        let readable =
            light.contrast(PAPER) >= LEAST && light.contrast(WHITE) >= LEAST && dark.contrast(NIGHT) >= LEAST;
        readable.then_some(Self { light, dark })
    }

    /// The style rules that put the accent in place of the house's cinnabar. Buttons keep the light accent's ground
    /// under white letters in both modes.
    pub(crate) fn rules(self) -> String {
        let Self { light, dark } = self;
        format!(
            ":root{{--seal:{light};--button:{light}}}@media(prefers-color-scheme:dark){{:root{{--seal:{dark};--button:{light}}}}}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((WHITE.contrast(colour("#000000")) - 21.0).abs() < 0.001);
        assert!((WHITE.contrast(colour("#777777")) - 4.478).abs() < 0.001);
    }

    #[test]
    fn an_accent_nobody_can_read_is_refused() {
        assert!(Theme::new(colour("#07C160"), colour("#07C160")).is_none());
        assert!(Theme::new(colour("#1A4F8B"), colour("#8FBCF5")).is_some());
        assert!(Colour::parse("#12345").is_none() && Colour::parse("#1234+6").is_none());
    }

    /// Every text colour of the style sheet on every ground it stands on, in both modes.
    #[test]
    fn every_text_of_the_house_can_be_read() {
        let style = include_str!("../assets/readers.css");
        let token = |sheet: &str, name: &str| {
            let value = sheet.split(&format!("--{name}:")).nth(1).and_then(|rest| rest.get(..7)).unwrap().to_owned();
            colour(&value)
        };
        let (light, dark) = style.split_once("/*dark*/").unwrap();
        for sheet in [light, dark] {
            for text in ["ink", "soft", "seal", "link", "open", "warn"] {
                for ground in ["paper", "card"] {
                    let ratio = token(sheet, text).contrast(token(sheet, ground));
                    assert!(ratio >= LEAST, "{text} on {ground}: {ratio:.2}");
                }
            }
            assert!(token(sheet, "ink").contrast(token(sheet, "mark")) >= LEAST);
            assert!(WHITE.contrast(token(sheet, "button")) >= LEAST);
        }
    }
}
