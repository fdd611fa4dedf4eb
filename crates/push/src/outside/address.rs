//! Which addresses outside the house may be asked for: public web servers on their usual ports, and nothing else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// How far the house reaches out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// To public addresses, on the ports 80 and 443.
    Public,
    /// To this machine on any port, and nowhere else.
    #[cfg(test)]
    Loopback,
}

impl Reach {
    /// Whether an address of the network may be connected to.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            #[cfg(test)]
            Self::Loopback => address.is_loopback(),
        }
    }

    const fn allows_port(self, _port: u16) -> bool {
        match self {
            // The usual port of a scheme is never written out.
            Self::Public => false,
            #[cfg(test)]
            Self::Loopback => true,
        }
    }
}

/// An address that may be asked for, in its normal form: names in lower case and ASCII, numbers as numbers. Where a name
/// leads is looked at when it is connected to.
///
/// # Errors
/// What is the matter with it, in words: all of it stands in the address itself.
pub(crate) fn allowed(written: &str, reach: Reach) -> Result<Url, &'static str> {
    let url = Url::parse(written.trim()).map_err(|_| "网址写得不对，请从浏览器地址栏里整条复制")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("网址要以 https:// 或 http:// 开头");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("网址里不能有用户名和密码");
    }
    if url.port().is_some_and(|port| !reach.allows_port(port)) {
        return Err("网址里不能指定端口");
    }
    let is_open = match url.host() {
        Some(Host::Ipv4(address)) => reach.allows(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => reach.allows(IpAddr::V6(address)),
        Some(Host::Domain(name)) => name.trim_end_matches('.').contains('.'),
        None => false,
    };
    if is_open { Ok(url) } else { Err("不是公开的网站") }
}

/// Whether an address can be that of a public server (IANA special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Tunnels carry addresses of the fourth version inside; documentation is nowhere.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x2002 | 0x3fff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(written: &str) -> &'static str {
        allowed(written, Reach::Public).expect_err(written)
    }

    #[test]
    fn s01_s02_addresses_inside_are_refused_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "localhost",
            "LOCALHOST.",
            "0.0.0.0",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::a00:1]",
            "[2002:a00:1::]",
            "[fe80::1]",
            "[fd00::1]",
            "2130706433",
            "0x7f.1",
            "017700000001",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "255.255.255.255",
            "224.0.0.1",
            "１２７.0.0.1",
            "intranet",
        ] {
            assert_eq!(refused(&format!("http://{host}/")), "不是公开的网站", "{host}");
        }
        for host in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "www.example.cn"] {
            assert!(allowed(&format!("http://{host}/"), Reach::Public).is_ok(), "{host}");
        }
    }

    #[test]
    fn s05_only_the_web_on_its_own_ports_and_without_a_name_in_front() {
        for port in [22, 6379, 5432, 8080] {
            assert_eq!(refused(&format!("http://www.example.cn:{port}/")), "网址里不能指定端口");
        }
        for scheme in ["gopher", "ftp", "file", "javascript", "data"] {
            let told = refused(&format!("{scheme}://www.example.cn/"));
            assert_eq!(told, "网址要以 https:// 或 http:// 开头", "{scheme}");
        }
        assert_eq!(refused("http://mmbiz.qpic.cn@evil.example/"), "网址里不能有用户名和密码");
        assert!(allowed("https://www.example.cn:443/", Reach::Public).is_ok());
    }

    #[test]
    fn s06_a_name_is_brought_into_its_normal_form() {
        let host = |written: &str| allowed(written, Reach::Public).unwrap().host_str().unwrap().to_owned();
        assert_eq!(host("https://WWW.Example.CN/"), "www.example.cn");
        assert_eq!(host("https://档案.example/"), "xn--dyv4b.example");
        assert_eq!(host("http://mmbiz.qpic.cn.evil.cn/"), "mmbiz.qpic.cn.evil.cn");
    }
}
