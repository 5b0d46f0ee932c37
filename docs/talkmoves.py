"""Code 169,000 utterances by what 5,000 taught, audit 400, print what is really there."""

import sys

import pandas as pd

import qualkit as qk

names = {"document_id": "document", "utterance_index": "position", "speaker_role": "role"}
talk = pd.read_csv(sys.argv[1], keep_default_na=False).rename(columns=names | {"codes": "code"})
talk.drop(columns=["code", "coder"]).to_csv("talk.csv", index=False)
taught = talk.head(5_000)
qk.Suggester().fit(taught, taught[taught["code"] != ""], taught).save("moves.qkmodel")
machine = qk.code_batch("talk.csv", "coded", "moves.qkmodel")
qk.draw_audit("coded", "audit.csv", n=400, seed=1)
sheet = pd.read_csv("audit.csv", encoding="utf-8-sig").merge(talk[["document", "position", "code"]])
answers = {code: sheet["code"].eq(code) for code in machine["code"]}
sheet.drop(columns="code").assign(checked="yes", **answers).to_csv("audit.csv", index=False)
print(qk.check_audit("coded", "audit.csv", by=["role"]).to_string())  # noqa: T201
