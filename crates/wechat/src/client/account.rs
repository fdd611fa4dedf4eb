//! The account itself: automatic replies of the console, quotas, addresses, reachability.

use super::transport::Call;
use super::{Client, Error};
use crate::wire::IpList;
use crate::wire::account::{AutoreplyAnswer, CheckAnswer, CheckRequest, QuotaAnswer, QuotaRequest};

impl Client {
    /// The automatic replies set in the console (`get_current_autoreply_info`).
    pub async fn autoreplies(&self) -> Result<AutoreplyAnswer, Error> {
        self.call(&Call::get("/cgi-bin/get_current_autoreply_info", &[])).await?.parsed()
    }

    /// The addresses pushes come from (`getcallbackip`); they change, ask daily.
    pub async fn callback_addresses(&self) -> Result<Vec<String>, Error> {
        Ok(self.call(&Call::get("/cgi-bin/getcallbackip", &[])).await?.parsed::<IpList>()?.ip_list)
    }

    /// The addresses of the API (`get_api_domain_ip`).
    pub async fn api_addresses(&self) -> Result<Vec<String>, Error> {
        Ok(self.call(&Call::get("/cgi-bin/get_api_domain_ip", &[])).await?.parsed::<IpList>()?.ip_list)
    }

    /// Lets WeChat try to reach the callback (`callback/check`).
    pub async fn check_callback(&self, request: &CheckRequest) -> Result<CheckAnswer, Error> {
        self.call(&Call::ask("/cgi-bin/callback/check", request)?).await?.parsed()
    }

    /// How often the call `path` was used today and may be used (`openapi/quota/get`).
    pub async fn quota(&self, path: &str) -> Result<QuotaAnswer, Error> {
        let request = QuotaRequest { cgi_path: path.to_owned() };
        self.call(&Call::ask("/cgi-bin/openapi/quota/get", &request)?).await?.parsed()
    }
}
