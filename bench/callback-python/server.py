"""wechatpy behind Flask and gunicorn, answering every text with one sentence. Settings come as one JSON variable."""

import json
import os

from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

SETTINGS = json.loads(os.environ["CALLBACK_SETTINGS"])
crypto = WeChatCrypto(SETTINGS["token"], SETTINGS["encoding_aes_key"], SETTINGS["app_id"])
app = Flask(__name__)


@app.post("/wechat/demo")
def callback():
    args = request.args
    check_signature(SETTINGS["token"], args["signature"], args["timestamp"], args["nonce"])
    clear = crypto.decrypt_message(request.data, args["msg_signature"], args["timestamp"], args["nonce"])
    reply = create_reply("开放时间：周一至周五 8:30—17:00", message=parse_message(clear))
    return crypto.encrypt_message(reply.render(), args["nonce"], args["timestamp"])
