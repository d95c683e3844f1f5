"""Chat templates as models bring them, each with the control tokens it writes: what encoding is tried on.

Shortened from those of the models named, but for tools and images; the line breaks are theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from workers.tiny_gguf import CHATML


@dataclass(frozen=True, slots=True)
class Template:
    """A template and what is to be learnt of an answer: ``before``, its text, ``after`` and ``end``.

    ``stable``: earlier turns are written as they were when they were the last. ``end`` is a token of the
    vocabulary, written by the template or the model's own. ``extra`` are words of the vocabulary;
    ``space_prefix`` is that of ``random_model``.
    """

    name: str
    source: str
    end: str
    stable: bool = True
    before: str = ""
    after: str = ""
    controls: tuple[str, ...] = ()
    space_prefix: bool = False
    extra: tuple[str, ...] = ()


_ALTERNATE = (
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}"
    "{% endif %}"
)

LLAMA_2 = (
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
    "{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}"
    "{% set system_message = false %}{% endif %}{% for message in loop_messages %}"
    + _ALTERNATE
    + ""
    "{% if loop.index0 == 0 and system_message != false %}"
    "{% set content = '<<SYS>>\n' + system_message + '\n<</SYS>>\n\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}"
    "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}"
    "{% endfor %}"
)

LLAMA_3 = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}"
    "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    "+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}"
    "{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)

MISTRAL = (
    "{{ bos_token }}{% for message in messages %}"
    + _ALTERNATE
    + "{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
    "{{ ' ' + message['content'] + eos_token}}{% else %}"
    "{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
)

MISTRAL_SYSTEM_LAST = (
    "{% if messages[0]['role'] == 'system' %}{% set system_message = messages[0]['content'] %}"
    "{% set loop_messages = messages[1:] %}{% else %}{% set system_message = '' %}"
    "{% set loop_messages = messages %}{% endif %}{{ bos_token }}{% for message in loop_messages %}"
    "{% if message['role'] == 'user' %}{% if loop.last and system_message %}"
    "{{ '[INST] ' + system_message + '\n\n' + message['content'] + '[/INST]' }}{% else %}"
    "{{ '[INST] ' + message['content'] + '[/INST]' }}{% endif %}{% else %}"
    "{{ ' ' + message['content'] + eos_token }}{% endif %}{% endfor %}"
)

GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}"
    + _ALTERNATE
    + "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}"
    "{% set role = message['role'] %}{% endif %}"
    "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"
)

PHI_3 = (
    "{% for message in messages %}{% if message['role'] == 'system' %}"
    "{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}"
    "{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'assistant' %}"
    "{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
)

ZEPHYR = (
    "{% for message in messages %}\n{% if message['role'] == 'user' %}\n"
    "{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n"
    "{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n"
    "{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n"
    "{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}"
)

ALPACA = (
    "{% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] + '\n\n' }}"
    "{% elif message['role'] == 'user' %}{{ '### Instruction:\n' + message['content'] + '\n\n' }}"
    "{% else %}{{ '### Response:\n' + message['content'] + END + '\n\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Response:\n' }}{% endif %}"
)

QWEN_3 = (
    "{%- if messages[0].role == 'system' %}\n"
    "    {{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}\n{%- endif %}\n"
    "{%- set ns = namespace(last_query_index=messages|length - 1) %}\n"
    "{%- for message in messages[::-1] %}\n    {%- set index = (messages|length - 1) - loop.index0 %}\n"
    "    {%- if message.role == 'user' and ns.last_query_index == messages|length - 1 %}\n"
    "        {%- set ns.last_query_index = index %}\n    {%- endif %}\n{%- endfor %}\n"
    "{%- for message in messages %}\n"
    "    {%- if (message.role == 'user') or (message.role == 'system' and not loop.first) %}\n"
    "        {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}\n"
    "    {%- elif message.role == 'assistant' %}\n        {%- set content = message.content %}\n"
    "        {%- set reasoning_content = '' %}\n        {%- if '</think>' in content %}\n"
    "            {%- set reasoning_content = content.split('</think>')[0].split('<think>')[-1] %}\n"
    "            {%- set content = content.split('</think>')[-1].lstrip('\n') %}\n        {%- endif %}\n"
    "        {%- if loop.index0 > ns.last_query_index and (loop.last or reasoning_content) %}\n"
    "            {{- '<|im_start|>' + message.role + '\n<think>\n' + reasoning_content.strip('\n') "
    "+ '\n</think>\n\n' + content.lstrip('\n') }}\n        {%- else %}\n"
    "            {{- '<|im_start|>' + message.role + '\n' + content }}\n        {%- endif %}\n"
    "        {{- '<|im_end|>\n' }}\n    {%- endif %}\n{%- endfor %}\n"
    "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\n' }}\n{%- endif %}"
)

OPENS_REASONING = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
)

DATED = "<|im_start|>system\nThe year is {{ strftime_now('%Y') }}.<|im_end|>\n" + CHATML
CLOCK = "<|im_start|>system\nIt is {{ strftime_now('%H:%M:%S.%f') }}.<|im_end|>\n" + CHATML
NO_OPENING = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
)
CHANNELS = (
    "{% for m in messages %}{% if m.role == 'assistant' %}"
    "<|start|>assistant<|channel|>final<|message|>{{ m.content }}"
    "{{ '<|return|>' if loop.last else '<|end|>' }}{% else %}"
    "<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant{% endif %}"
)

LETTERS_2 = ("[", "]", "/", "<", ">", "▁[", "ST", "NST", "INST", "/INST", "▁▁")
TEMPLATES = (
    Template("ChatML", CHATML, "<|im_end|>"),
    Template("Llama 2", LLAMA_2, "</s>", before=" ", after=" ", space_prefix=True, extra=LETTERS_2),
    Template(
        "Llama 3", LLAMA_3, "<|eot_id|>",
        controls=("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
    ),
    Template("Mistral, text", MISTRAL, "</s>", before=" ", space_prefix=True, extra=LETTERS_2),
    Template("Mistral, no space of its own", MISTRAL, "</s>", before=" ", controls=("[INST]", "[/INST]")),
    Template("Mistral, system last", MISTRAL_SYSTEM_LAST, "</s>", stable=False, before=" "),
    Template(
        "Gemma", GEMMA, "<end_of_turn>", controls=("<start_of_turn>", "<end_of_turn>"),
    ),
    Template(
        "Phi 3", PHI_3, "<|end|>", controls=("<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
    ),
    Template("Zephyr", ZEPHYR, "</s>", space_prefix=True),
    Template("Alpaca with an end", ALPACA.replace("END", "eos_token"), "</s>"),
    Template("Alpaca without", ALPACA.replace("END", "''"), "</s>", stable=False),
    Template("Qwen 3", QWEN_3, "<|im_end|>", stable=False, before="<think>\n\n</think>\n\n"),
    Template("opens reasoning", OPENS_REASONING, "<|im_end|>", stable=False, before="\n</think>\n\n"),
    Template("dated", DATED, "<|im_end|>"),
    Template("names itself", NO_OPENING, "<|im_end|>", stable=False),
    Template(
        "channels", CHANNELS, "<|return|>", stable=False, before="<|channel|>final<|message|>",
        controls=("<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|return|>"),
    ),
    Template("fallback", "{{ nothing.at.all }}", "</s>", stable=False, before=""),
)  # fmt: skip
