# torch, peft and transformers have partial types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import peft
import pytest
from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING, PEFT_TYPE_TO_PREFIX_MAPPING, PEFT_TYPE_TO_TUNER_MAPPING

from share_rs.tuner import ShareModel
from share_rs.tuner.register import register
from tests.tuner.conftest import Bench
from tests.tuner.untyped import LoraConfig, PeftType, ShareConfig, get_peft_model, register_peft_method


def test_the_method_is_a_member_like_any_other_of_this_peft() -> None:
    assert peft.__version__.split(".")[:2] in (["0", "20"], ["0", "21"], ["0", "22"])
    member = PeftType("SHARELORA")
    assert member is PeftType["SHARELORA"] is PeftType.SHARELORA
    assert member in list(PeftType)
    assert str.__eq__(member, "SHARELORA")
    assert hash(member) == hash("SHARELORA")
    assert member.value == member.name == "SHARELORA"
    assert copy.deepcopy(member) is pickle.loads(pickle.dumps(member)) is member  # noqa: S301 - our own bytes
    assert PEFT_TYPE_TO_CONFIG_MAPPING[member] is ShareConfig
    assert PEFT_TYPE_TO_TUNER_MAPPING[member] is ShareModel
    assert PEFT_TYPE_TO_PREFIX_MAPPING[member] == "sharelora_"


def test_registering_again_does_nothing() -> None:
    before = len(PeftType), dict(PEFT_TYPE_TO_CONFIG_MAPPING), peft.PeftModel.__init__
    register(ShareConfig, ShareModel)
    assert (len(PeftType), dict(PEFT_TYPE_TO_CONFIG_MAPPING), peft.PeftModel.__init__) == before


def test_a_process_that_imports_the_tuner_loads_what_another_saved(qwen2: Bench, tmp_path: Path) -> None:
    get_peft_model(qwen2.model(), ShareConfig(subspace=str(qwen2.folder), skill="bc")).save_pretrained(tmp_path)
    code = f"""
from peft import PeftConfig
try:
    PeftConfig.from_pretrained({str(tmp_path)!r})
except KeyError as error:
    print(error)
import share_rs.tuner
print(type(PeftConfig.from_pretrained({str(tmp_path)!r})).__name__)
"""
    said = subprocess.check_output([sys.executable, "-W", "ignore", "-c", code], text=True)
    assert said.splitlines() == ["'SHARELORA'", "ShareConfig"]


def test_other_methods_are_as_they_were(qwen2: Bench) -> None:
    model = get_peft_model(qwen2.model(), LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))
    assert "skill_ids" not in model.special_peft_forward_args
    with pytest.raises(KeyError, match="already PEFT method called 'sharelora'"):
        register_peft_method(name="sharelora", config_cls=ShareConfig, model_cls=ShareModel, prefix="sharelora_")


def test_importing_share_rs_imports_no_torch() -> None:
    code = "import sys, share_rs, share_rs.kernels; sys.exit('torch' in sys.modules or 'peft' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
