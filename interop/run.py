"""Interoperability: a public WeChat SDK as a client of the live sandbox and as a sender to the live callback, and a public
harvester in the live repository.

The addresses and keys come from the file named by LANTAI_E2E_ADDRESSES, which the demo writes.
"""

import json
import os
import sys
import time
import unittest
import urllib.parse

import requests
import xmltodict
from sickle import Sickle
from sickle.oaiexceptions import BadResumptionToken, CannotDisseminateFormat, IdDoesNotExist, NoRecordsMatch
from wechatpy import WeChatClient
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatClientException
from wechatpy.utils import WeChatSigner

with open(os.environ["LANTAI_E2E_ADDRESSES"], encoding="utf-8") as file:
    ADDRESSES = json.load(file)
ACCOUNTS = {account["name"]: account for account in ADDRESSES["accounts"]}
SANDBOX = ADDRESSES["sandbox"]
TIME_OUT = 20


class SandboxClient(WeChatClient):
    """The SDK's client, told where the platform is."""

    API_BASE_URL = SANDBOX + "/cgi-bin/"

    def fetch_access_token(self):
        return self._fetch_access_token(
            url=SANDBOX + "/cgi-bin/token",
            params={"grant_type": "client_credential", "appid": self.appid, "secret": self.secret},
        )


def client(name):
    account = ACCOUNTS[name]
    caller = SandboxClient(account["app_id"], account["app_secret"], timeout=TIME_OUT)
    # The SDK knows another base for these calls.
    caller.datacube.API_BASE_URL = SANDBOX + "/datacube/"
    return caller


def follow(name):
    answer = requests.post(f"{SANDBOX}/_sandbox/{name}/followers", json={}, timeout=TIME_OUT)
    answer.raise_for_status()
    return answer.json()["openid"]


class ClientOfTheSandbox(unittest.TestCase):
    def test_the_token_is_fetched_and_kept(self):
        caller = client("demo")
        self.assertTrue(caller.access_token)
        self.assertEqual(caller.access_token, caller.access_token)

    def test_a_wrong_secret_is_refused(self):
        account = ACCOUNTS["demo"]
        caller = SandboxClient(account["app_id"], "0" * 32, timeout=TIME_OUT)
        with self.assertRaises(WeChatClientException) as refused:
            caller.fetch_access_token()
        self.assertIn(refused.exception.errcode, (40001, 40125))
        self.assertIn("rid: ", refused.exception.errmsg)

    def test_followers_are_listed_and_described(self):
        openid = follow("demo")
        caller = client("demo")
        self.assertIn(openid, caller.user.get_followers()["data"]["openid"])
        self.assertEqual(caller.user.get(openid)["subscribe"], 1)

    def test_a_menu_is_created_read_and_deleted(self):
        caller = client("demo-sub")
        before = caller.menu.get()
        menu = {"button": [{"type": "click", "name": "开放时间", "key": "HOURS"}]}
        caller.menu.create(menu)
        self.assertEqual(caller.menu.get()["menu"]["button"][0]["name"], "开放时间")
        if before:
            caller.menu.create(before["menu"])

    def test_a_menu_with_too_many_buttons_is_refused(self):
        button = {"type": "click", "name": "一", "key": "A"}
        with self.assertRaises(WeChatClientException) as refused:
            client("demo").menu.create({"button": [button] * 4})
        self.assertEqual(refused.exception.errcode, 40016)

    def test_tags_are_created_given_and_taken(self):
        openid = follow("demo")
        caller = client("demo")
        tag = caller.tag.create("互操作" + str(time.time_ns() % 1000000))
        caller.tag.tag_user(tag["id"], openid)
        self.assertIn(tag["id"], caller.tag.get_user_tag(openid))
        caller.tag.delete(tag["id"])

    def test_a_customer_service_message_needs_an_open_window(self):
        openid = follow("demo")
        caller = client("demo")
        answer = caller.message.send_text(openid, "您好，这里是档案馆。")
        self.assertEqual(answer["errcode"], 0)
        requests.post(f"{SANDBOX}/_sandbox/clock", json={"advance_seconds": 3 * 24 * 3600}, timeout=TIME_OUT)
        with self.assertRaises(WeChatClientException) as refused:
            client("demo").message.send_text(openid, "窗口已经关闭")
        self.assertEqual(refused.exception.errcode, 45015)

    def test_a_scene_qr_code_is_made_by_a_service_account_only(self):
        scene = {"expire_seconds": 600, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "desk"}}}
        self.assertTrue(client("demo").qrcode.create(scene)["ticket"])
        with self.assertRaises(WeChatClientException) as refused:
            client("demo-sub").qrcode.create(scene)
        self.assertEqual(refused.exception.errcode, 48001)

    def test_a_picture_is_uploaded_and_fetched_back(self):
        caller = client("demo")
        picture = b"\x89PNG\r\n\x1a\n" + bytes(64)
        media = caller.media.upload("image", ("a.png", picture, "image/png"))
        self.assertEqual(caller.media.download(media["media_id"]).content, picture)


    def test_permanent_material_is_kept_listed_and_deleted(self):
        caller = client("demo")
        before = caller.material.get_count()
        picture = b"\x89PNG\r\n\x1a\n" + bytes(64)
        image = caller.material.add("image", ("馆舍.png", picture, "image/png"))
        film = caller.material.add("video", ("a.mp4", b"ftyp", "video/mp4"), title="馆史", introduction="三分钟")
        self.assertEqual(requests.get(image["url"], timeout=TIME_OUT).content, picture)
        self.assertEqual(caller.material.get(film["media_id"])["title"], "馆史")
        self.assertEqual(caller.material.get(image["media_id"]).content, picture)
        after = caller.material.get_count()
        self.assertEqual(after["image_count"], before["image_count"] + 1)
        self.assertIn(image["media_id"], [one["media_id"] for one in caller.material.batchget("image")["item"]])
        caller.material.delete(image["media_id"])
        caller.material.delete(film["media_id"])
        self.assertEqual(caller.material.get_count(), before)

    def test_a_mass_send_reaches_its_list_and_is_taken_once(self):
        openids = [follow("demo"), follow("demo")]
        caller = client("demo")
        name = "interop-" + str(time.time_ns())
        answer = caller.message.send_mass_text(openids, "今日闭馆", client_msg_id=name)
        self.assertEqual(answer["errcode"], 0)
        with self.assertRaises(WeChatClientException) as refused:
            caller.message.send_mass_text(openids, "今日闭馆", client_msg_id=name)
        self.assertEqual(refused.exception.errcode, 45066)
        requests.post(f"{SANDBOX}/_sandbox/clock", json={"advance_seconds": 60}, timeout=TIME_OUT)
        self.assertEqual(caller.message.get_mass(answer["msg_id"])["msg_status"], "SEND_SUCCESS")
        sends = requests.get(f"{SANDBOX}/_sandbox/demo/sends", timeout=TIME_OUT).json()
        self.assertEqual([one["sent"] for one in sends if one["clientmsgid"] == name], [sorted(openids)])
        with self.assertRaises(WeChatClientException) as refused:
            client("demo-sub").message.send_mass_text(openids, "今日闭馆")
        self.assertEqual(refused.exception.errcode, 48001)

    def test_a_mass_send_by_tag_and_a_preview(self):
        openid = follow("demo")
        caller = client("demo")
        tag = caller.tag.create("群发" + str(time.time_ns() % 1000000))
        caller.tag.tag_user(tag["id"], openid)
        image = caller.material.add("image", ("a.png", b"\x89PNG" + bytes(8), "image/png"))["media_id"]
        self.assertEqual(caller.message.send_mass_image(tag["id"], image)["errcode"], 0)
        self.assertEqual(caller.message.send_mass_text(openid, "请看预览", preview=True)["errcode"], 0)
        requests.post(f"{SANDBOX}/_sandbox/clock", json={"advance_seconds": 3}, timeout=TIME_OUT)
        chat = requests.get(f"{SANDBOX}/_sandbox/demo/followers/{openid}/chat", timeout=TIME_OUT).json()
        seen = [(entry["type"], entry["content"]) for entry in chat if entry["direction"] == "out"]
        self.assertIn(("image", "[图片]"), seen)
        self.assertIn(("text", "请看预览"), seen)

    def test_statistics_come_the_next_morning(self):
        openid = follow("demo")
        moment = requests.post(f"{SANDBOX}/_sandbox/clock", json={"advance_seconds": 0}, timeout=TIME_OUT).json()
        today = moment["written"][:10]
        with self.assertRaises(WeChatClientException) as refused:
            client("demo").datacube.get_user_summary(today, today)
        self.assertEqual(refused.exception.errcode, 61501)
        requests.post(f"{SANDBOX}/_sandbox/clock", json={"advance_seconds": 33 * 3600}, timeout=TIME_OUT)
        moves = client("demo").datacube.get_user_summary(today, today)
        self.assertGreaterEqual(sum(one["new_user"] for one in moves), 1, openid)
        self.assertEqual(client("demo").datacube.get_user_cumulate(today, today)[0]["ref_date"], today)


class SenderToTheCallback(unittest.TestCase):
    """Messages sealed by the SDK's cipher are understood, and its cipher opens the answers."""

    def setUp(self):
        # The demo's clock may have been moved by other tests: the sandbox tells what time it is.
        moved = requests.post(f"{SANDBOX}/_sandbox/clock", json={"advance_seconds": 0}, timeout=TIME_OUT)
        self.now = int(moved.json()["now"])

    def push(self, name, inner, spoil=False):
        account = ACCOUNTS[name]
        crypto = WeChatCrypto(account["token"], account["encoding_aes_key"], account["app_id"])
        timestamp, nonce = str(self.now), "461056294"
        envelope = xmltodict.parse(crypto.encrypt_message(inner, nonce, timestamp))["xml"]
        signer = WeChatSigner()
        signer.add_data(account["token"], timestamp, nonce)
        query = urllib.parse.urlencode({
            "signature": signer.signature,
            "timestamp": timestamp,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": ("0" * 40) if spoil else envelope["MsgSignature"],
        })
        body = f"<xml><ToUserName>{account['original_id']}</ToUserName><Encrypt>{envelope['Encrypt']}</Encrypt></xml>"
        answer = requests.post(f"{account['callback']}?{query}", data=body.encode(), timeout=TIME_OUT)
        if answer.status_code != 200 or answer.text in ("", "success"):
            return answer.status_code, answer.text
        reply = xmltodict.parse(answer.text)["xml"]
        clear = crypto.decrypt_message(answer.text, reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"])
        return answer.status_code, xmltodict.parse(clear)["xml"]

    def text(self, name, openid, content):
        message = str(time.time_ns())
        account = ACCOUNTS[name]
        return (
            f"<xml><ToUserName><![CDATA[{account['original_id']}]]></ToUserName>"
            f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{self.now}</CreateTime>"
            f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content><MsgId>{message}</MsgId></xml>"
        )

    def test_a_question_is_answered_in_the_same_connection(self):
        openid = follow("demo")
        status, reply = self.push("demo", self.text("demo", openid, "开放时间"))
        self.assertEqual(status, 200)
        self.assertEqual(reply["MsgType"], "text")
        self.assertEqual(reply["ToUserName"], openid)
        self.assertIn("时间", reply["Content"])

    def test_the_same_message_gets_the_same_answer(self):
        openid = follow("demo")
        inner = self.text("demo", openid, "档案馆在哪里")
        self.assertEqual(self.push("demo", inner)[1]["Content"], self.push("demo", inner)[1]["Content"])

    def test_a_spoilt_signature_is_refused(self):
        openid = follow("demo")
        status, _ = self.push("demo", self.text("demo", openid, "开放时间"), spoil=True)
        self.assertEqual(status, 403)

    def test_every_length_of_message_is_understood(self):
        openid = follow("demo")
        for length in range(1, 33):
            status, _ = self.push("demo", self.text("demo", openid, "一" + "a" * length))
            self.assertEqual(status, 200)


class HarvesterInTheRepository(unittest.TestCase):
    """What a harvester that nobody here wrote makes of /oai."""

    def setUp(self):
        self.site = ADDRESSES["site"].rstrip("/")
        self.harvester = Sickle(self.site + "/oai", timeout=TIME_OUT)

    def open_records(self, **filters):
        answer = requests.get(self.site + "/api/public/v1/search", params={"q": "", **filters}, timeout=TIME_OUT)
        return answer.json()["total"]

    def test_the_repository_says_who_it_is(self):
        about = self.harvester.Identify()
        self.assertEqual(about.protocolVersion, "2.0")
        self.assertEqual(about.granularity, "YYYY-MM-DDThh:mm:ssZ")
        self.assertEqual([one.metadataPrefix for one in self.harvester.ListMetadataFormats()], ["oai_dc"])

    def test_every_open_record_is_told_once(self):
        records = list(self.harvester.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True))
        self.assertEqual(len({one.header.identifier for one in records}), len(records))
        self.assertEqual(len(records), self.open_records())
        for one in records[:50]:
            self.assertTrue(one.metadata["title"][0])
            page = next(text for text in one.metadata["identifier"] if text.startswith(self.site))
            self.assertEqual(requests.get(page, timeout=TIME_OUT).status_code, 200)

    def test_a_set_holds_what_its_fonds_holds(self):
        sets = list(self.harvester.ListSets())
        self.assertGreaterEqual(len(sets), 12)
        # What was open once and is closed now is told as deleted, in its set too.
        living = lambda one: self.harvester.ListIdentifiers(metadataPrefix="oai_dc", set=one.setSpec, ignore_deleted=True)
        told = [len(list(living(one))) for one in sets]
        self.assertEqual(sum(told), self.open_records())

    def test_one_record_is_told_as_in_the_list(self):
        first = next(self.harvester.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True))
        again = self.harvester.GetRecord(identifier=first.header.identifier, metadataPrefix="oai_dc")
        self.assertEqual(again.metadata, first.metadata)

    def test_refusals_are_the_protocols(self):
        with self.assertRaises(NoRecordsMatch):
            self.harvester.ListRecords(metadataPrefix="oai_dc", until="1999-12-31")
        with self.assertRaises(CannotDisseminateFormat):
            self.harvester.ListRecords(metadataPrefix="marc21")
        with self.assertRaises(BadResumptionToken):
            self.harvester.ListRecords(resumptionToken="abc")
        with self.assertRaises(IdDoesNotExist):
            self.harvester.GetRecord(identifier="oai:example:abcdefghijklmnop", metadataPrefix="oai_dc")


if __name__ == "__main__":
    loaded = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(loaded)
    sys.exit(0 if result.wasSuccessful() else 1)
