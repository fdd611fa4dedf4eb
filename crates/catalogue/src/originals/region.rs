//! A request of the IIIF Image API 3.0 as it stands in an address, read strictly: what does not fit is refused.

use kernel::{Code, Problem};

/// The widest and the highest image that is given out, in pixels.
pub(super) const LARGEST: u32 = 2048;
/// A whole in millionths of a percent.
const WHOLE: u64 = 100_000_000;

/// Which part of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Region {
    Full,
    Square,
    Pixels([u32; 4]),
    /// In millionths of a percent.
    Percent([u64; 4]),
}

/// How large.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Size {
    Max,
    Width(u32),
    Height(u32),
    Exactly(u32, u32),
    Within(u32, u32),
    /// In millionths of a percent.
    Percent(u64),
}

/// How it is turned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Turn {
    pub(super) mirrored: bool,
    /// Quarter turns clockwise, 0 to 3.
    pub(super) quarters: u8,
}

/// In which form it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Jpeg,
    Png,
}

/// A request, understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    region: Region,
    size: Size,
    pub(super) turn: Turn,
    pub(super) grey: bool,
    pub(super) format: Format,
}

/// A request fitted to a page: what is cut out of it, and how large that becomes. All within the page and the limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cut {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) to_width: u32,
    pub(super) to_height: u32,
}

fn wrong(what: &str, why: &str) -> Problem {
    Problem::new(Code::BadRequest, format!("影像请求的{what}")).because(why)
}

/// A whole number without sign, blanks or needless length.
fn number(text: &str) -> Option<u32> {
    let digits = (1..=7).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A percentage in millionths: at most three digits before the point and six behind it.
fn percentage(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str, most: usize| text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole, 3) || !digits(part, 6) || (whole.is_empty() && part.is_empty()) || text.ends_with('.') {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    format!("{part:0<6}").parse::<u64>().ok().map(|part| whole * 1_000_000 + part)
}

fn four<T>(text: &str, one: fn(&str) -> Option<T>) -> Option<[T; 4]> {
    let all: Vec<T> = text.split(',').map(one).collect::<Option<_>>()?;
    all.try_into().ok()
}

impl Region {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "full" => Self::Full,
            "square" => Self::Square,
            _ => match text.strip_prefix("pct:") {
                Some(parts) => Self::Percent(four(parts, percentage)?),
                None => Self::Pixels(four(text, number)?),
            },
        })
    }

    /// Left, top, width and height within the page; `None` if nothing of the page is asked for.
    fn within(self, width: u32, height: u32) -> Option<[u32; 4]> {
        let [left, top, wide, high] = match self {
            Self::Full => [0, 0, width, height],
            Self::Square => {
                let side = width.min(height);
                [(width - side) / 2, (height - side) / 2, side, side]
            }
            Self::Pixels(pixels) => pixels,
            Self::Percent([left, top, wide, high]) => {
                let part = |percent: u64, of: u32| u32::try_from((u64::from(of) * percent + WHOLE / 2) / WHOLE).ok();
                [part(left, width)?, part(top, height)?, part(wide, width)?, part(high, height)?]
            }
        };
        let wide = wide.min(width.checked_sub(left)?);
        let high = high.min(height.checked_sub(top)?);
        (wide > 0 && high > 0).then_some([left, top, wide, high])
    }
}

impl Size {
    fn parse(text: &str) -> Option<Self> {
        if text == "max" {
            return Some(Self::Max);
        }
        if let Some(percent) = text.strip_prefix("pct:") {
            return percentage(percent).filter(|percent| (1..=WHOLE).contains(percent)).map(Self::Percent);
        }
        let (within, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (width, height) = text.split_once(',')?;
        Some(match (within, width, height) {
            (true, width, height) => Self::Within(number(width)?, number(height)?),
            (false, width, "") => Self::Width(number(width)?),
            (false, "", height) => Self::Height(number(height)?),
            (false, width, height) => Self::Exactly(number(width)?, number(height)?),
        })
    }

    /// The size of what is given for a part of this size; `None` if it would be nothing, or larger than the part.
    fn of(self, wide: u32, high: u32) -> Option<(u32, u32)> {
        let (width, height) = match self {
            Self::Max => within(wide, high, LARGEST, LARGEST),
            Self::Width(width) => (width, scaled(high, width, wide)),
            Self::Height(height) => (scaled(wide, height, high), height),
            Self::Exactly(width, height) => (width, height),
            Self::Within(width, height) if width > 0 && height > 0 => {
                within(wide, high, width.min(wide), height.min(high))
            }
            Self::Within(..) => return None,
            Self::Percent(percent) => {
                let part = |of: u32| u32::try_from((u64::from(of) * percent + WHOLE / 2) / WHOLE).unwrap_or(of).max(1);
                (part(wide), part(high))
            }
        };
        (width > 0 && height > 0 && width <= wide && height <= high).then_some((width, height))
    }
}

/// `length · to ÷ of`, rounded, at least 1.
fn scaled(length: u32, to: u32, of: u32) -> u32 {
    let scaled = (u64::from(length) * u64::from(to) + u64::from(of) / 2) / u64::from(of.max(1));
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}

/// The largest size of the same shape that fits.
fn within(wide: u32, high: u32, most_wide: u32, most_high: u32) -> (u32, u32) {
    if wide <= most_wide && high <= most_high {
        return (wide, high);
    }
    let by_width = u64::from(most_wide) * u64::from(high) <= u64::from(most_high) * u64::from(wide);
    if by_width {
        (most_wide, scaled(high, most_wide, wide).min(most_high))
    } else {
        (scaled(wide, most_high, high).min(most_wide), most_high)
    }
}

impl Turn {
    fn parse(text: &str) -> Option<Self> {
        let (mirrored, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let quarters = ["0", "90", "180", "270"].iter().position(|degrees| *degrees == text)?;
        Some(Self { mirrored, quarters: u8::try_from(quarters).ok()? })
    }
}

impl Asked {
    /// Reads the last four parts of an address.
    ///
    /// # Errors
    /// [`Code::BadRequest`], naming the part.
    pub(super) fn parse(region: &str, size: &str, rotation: &str, file: &str) -> Result<Self, Problem> {
        let region = Region::parse(region).ok_or_else(|| wrong("范围", "应为 full、square、x,y,w,h 或 pct:x,y,w,h"))?;
        let size = Size::parse(size).ok_or_else(|| wrong("大小", "应为 max、w,、,h、w,h、!w,h 或 pct:n，不放大"))?;
        let turn = Turn::parse(rotation).ok_or_else(|| wrong("旋转", "应为 0、90、180、270，前面可加 !"))?;
        let form = file.split_once('.').and_then(|(quality, format)| {
            let grey = match quality {
                "default" | "color" => false,
                "gray" => true,
                _ => return None,
            };
            match format {
                "jpg" => Some((grey, Format::Jpeg)),
                "png" => Some((grey, Format::Png)),
                _ => None,
            }
        });
        let (grey, format) = form.ok_or_else(|| wrong("格式", "应为 default、color 或 gray，加 .jpg 或 .png"))?;
        Ok(Self { region, size, turn, grey, format })
    }

    /// Fits the request to a page.
    ///
    /// # Errors
    /// [`Code::BadRequest`] if it asks for nothing of the page, for more than there is, or for more than is given.
    pub(super) fn fit(&self, width: u32, height: u32) -> Result<Cut, Problem> {
        let region = self.region.within(width, height).ok_or_else(|| wrong("范围", "不在影像之内"))?;
        let [left, top, width, height] = region;
        let (to_width, to_height) =
            self.size.of(width, height).ok_or_else(|| wrong("大小", "不能为零，也不能比所取的范围大"))?;
        if to_width > LARGEST || to_height > LARGEST {
            return Err(wrong("大小", &format!("宽和高不超过 {LARGEST} 像素")));
        }
        Ok(Cut { left, top, width, height, to_width, to_height })
    }
}

/// Whether the last four parts of an address are understood and fit a page of this size, and whether what is cut out
/// lies within the page and the limits.
pub fn fits([region, size, rotation, file]: [&str; 4], (width, height): (u32, u32)) -> (bool, bool) {
    let Ok(cut) = Asked::parse(region, size, rotation, file).and_then(|asked| asked.fit(width, height)) else {
        return (false, true);
    };
    let inside = |from: u32, length: u32, of: u32| length > 0 && from.checked_add(length).is_some_and(|end| end <= of);
    let small = |to: u32, of: u32| (1..=of.min(LARGEST)).contains(&to);
    let within = inside(cut.left, cut.width, width) && inside(cut.top, cut.height, height);
    (true, within && small(cut.to_width, cut.width) && small(cut.to_height, cut.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(region: &str, size: &str) -> Option<[u32; 6]> {
        let asked = Asked::parse(region, size, "0", "default.jpg").ok()?;
        let Cut { left, top, width, height, to_width, to_height } = asked.fit(3000, 2000).ok()?;
        Some([left, top, width, height, to_width, to_height])
    }

    #[test]
    fn the_examples_of_the_standard() {
        for (region, size, expected) in [
            ("full", "max", [0, 0, 3000, 2000, 2048, 1365]),
            ("square", "500,", [500, 0, 2000, 2000, 500, 500]),
            ("125,15,120,140", "max", [125, 15, 120, 140, 120, 140]),
            ("pct:41.6,7.5,40,70", "max", [1248, 150, 1200, 1400, 1200, 1400]),
            ("2900,1900,200,200", "max", [2900, 1900, 100, 100, 100, 100]),
            ("full", "150,", [0, 0, 3000, 2000, 150, 100]),
            ("full", ",100", [0, 0, 3000, 2000, 150, 100]),
            ("full", "225,100", [0, 0, 3000, 2000, 225, 100]),
            ("full", "!225,100", [0, 0, 3000, 2000, 150, 100]),
            ("full", "pct:50", [0, 0, 3000, 2000, 1500, 1000]),
            ("0,0,2,2000", ",10", [0, 0, 2, 2000, 1, 10]),
        ] {
            assert_eq!(cut(region, size), Some(expected), "{region}/{size}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (region, size) in [
            ("3000,0,10,10", "max"),
            ("0,0,0,10", "max"),
            ("-1,0,10,10", "max"),
            ("0,0,10", "max"),
            ("0,0,10,10,10", "max"),
            ("pct:0,0,0,10", "max"),
            ("pct:1e3,0,10,10", "max"),
            ("pct:nan,0,10,10", "max"),
            ("FULL", "max"),
            ("99999999999,0,1,1", "max"),
            ("full", "0,"),
            ("full", "3001,"),
            ("full", "^max"),
            ("full", "full"),
            ("full", "pct:0"),
            ("full", "pct:101"),
            ("full", "2100,"),
            ("full", ","),
            ("full", "!0,5"),
            ("full", "+5,"),
            ("", ""),
        ] {
            assert_eq!(cut(region, size), None, "{region}/{size}");
        }
        for (rotation, file) in [("45", "default.jpg"), ("360", "default.jpg"), ("0", "default.webp"), ("0", "jpg")] {
            assert!(Asked::parse("full", "max", rotation, file).is_err(), "{rotation}/{file}");
        }
        assert!(Asked::parse("full", "max", "!270", "gray.png").is_ok());
    }

    proptest::proptest! {
        #[test]
        fn no_address_makes_it_fall(parts in proptest::collection::vec("\\PC{0,12}|[a-z!^:,.0-9]{0,16}", 4)) {
            if let Ok(asked) = Asked::parse(&parts[0], &parts[1], &parts[2], &parts[3]) {
                let _fitted = asked.fit(1, 1).is_ok();
            }
        }

        #[test]
        fn no_cut_leaves_the_page(
            (width, height) in (1_u32..9_000, 1_u32..9_000),
            region in "full|square|[0-9]{1,5},[0-9]{1,5},[0-9]{1,5},[0-9]{1,5}|pct:[0-9]{1,3}(\\.[0-9]{1,6})?,[0-9]{1,2},[0-9]{1,3},[0-9]{1,3}",
            size in "max|[0-9]{1,5},|,[0-9]{1,5}|!?[0-9]{1,5},[0-9]{1,5}|pct:[0-9]{1,3}(\\.[0-9]{1,4})?",
        ) {
            let asked = Asked::parse(&region, &size, "0", "default.jpg");
            if let Some(cut) = asked.ok().and_then(|asked| asked.fit(width, height).ok()) {
                proptest::prop_assert!(cut.width > 0 && cut.left + cut.width <= width);
                proptest::prop_assert!(cut.height > 0 && cut.top + cut.height <= height);
                proptest::prop_assert!((1..=cut.width.min(LARGEST)).contains(&cut.to_width));
                proptest::prop_assert!((1..=cut.height.min(LARGEST)).contains(&cut.to_height));
            }
        }
    }
}
