"""What the tests call of peft, transformers and trl: their types are partial, so all of it is taken as it comes, here and once."""


# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

import peft
import transformers
from peft import helpers
from peft.tuners.lora import conversion
from peft.utils import hotswap

from share_rs import tuner

Model = Any
"""A model, adapted or not."""

AutoModel: Any = transformers.AutoModel
AutoModelForCausalLM: Any = transformers.AutoModelForCausalLM
AutoPeftModel: Any = peft.AutoPeftModel
AutoPeftModelForCausalLM: Any = peft.AutoPeftModelForCausalLM
AutoPeftModelForSeq2SeqLM: Any = peft.AutoPeftModelForSeq2SeqLM
LoraConfig: Any = peft.LoraConfig
PeftConfig: Any = peft.PeftConfig
PeftModel: Any = peft.PeftModel
PeftType: Any = peft.PeftType
ShareConfig: Any = tuner.ShareConfig
Trainer: Any = transformers.Trainer
attach: Any = tuner.attach
get_peft_model: Any = peft.get_peft_model
get_peft_model_state_dict: Any = peft.get_peft_model_state_dict
hotswap_adapter: Any = hotswap.hotswap_adapter
register_peft_method: Any = peft.utils.register_peft_method
rescale_adapter_scale: Any = helpers.rescale_adapter_scale
save_as_lora: Any = conversion.save_as_lora
set_peft_model_state_dict: Any = peft.set_peft_model_state_dict
