//! Reading cookies.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The value of a cookie, as the browser sent it; the first one if it was sent twice.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "xlantai=1; lantai=abc; lantai-large=1".parse().unwrap());
        headers.append(COOKIE, "lantai=second".parse().unwrap());
        assert_eq!(cookie(&headers, "lantai"), Some("abc"));
        assert_eq!(cookie(&headers, "lantai-large"), Some("1"));
        assert_eq!(cookie(&headers, "antai"), None);
    }
}
