from __future__ import annotations

import time
from pathlib import Path, PurePosixPath, PureWindowsPath
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchtop.domain.repo_files import (
    LONGEST_NAME,
    LONGEST_PATH,
    Choice,
    RepoFile,
    group_files,
    pick,
    safe_path,
)


def files(*paths: str) -> list[RepoFile]:
    """Files of 1,000 bytes and more, each a little larger than the one before."""
    return [RepoFile(path, 1_000 + place, f"{place:064x}") for place, path in enumerate(paths)]


def shards(stem: str, count: int) -> list[str]:
    return [f"{stem}-{number:05}-of-{count:05}.gguf" for number in range(1, count + 1)]


def paths(choice: Choice) -> list[str]:
    return [file.path for file in choice.files]


def test_single_files_are_choices_from_small_to_large() -> None:
    repository = [
        RepoFile("README.md", 9_000),
        RepoFile("Tiny-F16.gguf", 400, "ab"),
        RepoFile("Tiny-Q4_K_M.gguf", 100),
        RepoFile("tiny.q8_0.GGUF", 200),
        RepoFile("config.json", 5),
    ]
    choices = group_files(repository)
    assert [(choice.quantisation, choice.bytes) for choice in choices] == [
        ("Q4_K_M", 100),
        ("Q8_0", 200),
        ("F16", 400),
    ]
    assert choices[2] == Choice("F16", (repository[1],))
    assert choices[1].stem == "tiny.q8_0"


def test_parts_are_one_choice_in_order() -> None:
    parts = shards("BF16/Big-BF16", 11)
    (choice,) = group_files(files(*reversed(parts)))
    assert paths(choice) == parts
    assert (choice.quantisation, choice.folder, choice.missing) == ("BF16", "BF16", 0)
    assert choice.bytes == choice.model_bytes == sum(range(1_000, 1_011))


def test_a_set_with_a_part_missing_is_not_offered() -> None:
    parts = shards("Big-Q8_0", 4)
    repository = files(*parts[:2], parts[3], "Big-Q2_K.gguf")
    assert [choice.quantisation for choice in group_files(repository)] == ["Q2_K"]
    choices = group_files(repository, incomplete=True)
    assert [(choice.quantisation, choice.missing) for choice in choices] == [
        ("Q2_K", 0),
        ("Q8_0", 1),
    ]
    with pytest.raises(ValueError, match="holds 3 of the 4 parts of Big-Q8_0: choose another file"):
        pick(choices, "Q8_0")


def test_sets_of_one_name_in_two_folders_or_of_two_lengths_stay_apart() -> None:
    repository = files(*shards("a/M-Q8_0", 2), *shards("b/M-Q8_0", 2), *shards("a/M-Q8_0", 3))
    choices = group_files(repository)
    assert sorted(map(paths, choices)) == sorted(
        [shards("a/M-Q8_0", 2), shards("b/M-Q8_0", 2), shards("a/M-Q8_0", 3)]
    )


def test_one_part_of_one_and_a_whole_file_of_the_same_name_are_two() -> None:
    choices = group_files(files("M-Q8_0.gguf", "M-Q8_0-00001-of-00001.gguf", "M-Q8_0.GGUF"))
    assert [len(choice.files) for choice in choices] == [1, 1, 1]


@pytest.mark.parametrize("number", ["00000-of-00002", "00003-of-00002", "00001-of-00000"])
def test_absurd_part_numbers_are_left_out(number: str) -> None:
    assert group_files(files(f"M-{number}.gguf"), incomplete=True) == ()


def test_a_part_of_very_many_is_counted_and_not_offered() -> None:
    repository = files("M-Q8_0-00001-of-99999.gguf")
    assert group_files(repository) == ()
    assert group_files(repository, incomplete=True)[0].missing == 99_998


@pytest.mark.parametrize(
    "name",
    [
        "imatrix.gguf",
        "imatrix_unsloth.gguf",
        "Tiny-imatrix.gguf",
        "ggml-vocab-llama-bpe.gguf",
        "Tiny-vocab-only.gguf",
        "Tiny-lora-f16.gguf",
        "Tiny_LoRA.gguf",
        "ggml-adapter-model-q8_0.gguf",
        "Tiny.imatrix",
        "Tiny-Q8_0.gguf.part1of2",
    ],
)
def test_what_is_no_model_is_left_out(name: str) -> None:
    assert [paths(choice) for choice in group_files(files(name, "Tiny-Q8_0.gguf"))] == [
        ["Tiny-Q8_0.gguf"]
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["Tiny-NEO-IMATRIX-Q4_K_M.gguf"],
        ["Tiny-lorablated-F16.gguf"],
        ["Tiny-explora-F16.gguf"],
        ["Tiny-lora-merged-Q4_K_M.gguf", "Tiny-lora-merged-F16.gguf"],
    ],
)
def test_models_whose_names_only_look_so_are_kept(names: list[str]) -> None:
    assert sorted(
        path for choice in group_files(files(*names)) for path in paths(choice)
    ) == sorted(names)


@pytest.mark.parametrize(
    ("model", "projectors", "best"),
    [
        (
            "M-Q4_K_M.gguf",
            ["mmproj-BF16.gguf", "mmproj-F16.gguf", "mmproj-F32.gguf"],
            "mmproj-F16.gguf",
        ),
        ("M-Q4_K_M.gguf", ["mmproj-M-Q8_0.gguf", "mmproj-M-BF16.gguf"], "mmproj-M-BF16.gguf"),
        ("M-Q4_K_M.gguf", ["M-BF16-mmproj.gguf"], "M-BF16-mmproj.gguf"),
        ("M-Q4_K_M.gguf", ["mmproj-model-f16.gguf"], "mmproj-model-f16.gguf"),
        ("Q4_K_M/M-Q4_K_M.gguf", ["mmproj-F16.gguf"], "mmproj-F16.gguf"),
        ("Q4_K_M/M-Q4_K_M.gguf", ["mmproj/mmproj-F16.gguf"], "mmproj/mmproj-F16.gguf"),
        ("a/M-Q8_0.gguf", ["a/mmproj-Q8_0.gguf", "mmproj-F16.gguf"], "a/mmproj-Q8_0.gguf"),
        ("M.Q4_K_M.gguf", ["M.mmproj-Q8_0.gguf", "M.mmproj-f16.gguf"], "M.mmproj-f16.gguf"),
        ("M-Q4_K_M.gguf", ["mmprojector.txt"], None),
    ],
)
def test_the_best_projector_goes_with_the_model(
    model: str, projectors: list[str], best: str | None
) -> None:
    (choice,) = group_files(files(model, *projectors))
    assert paths(choice) == [model]
    assert (choice.mmproj.path if choice.mmproj else None) == best
    assert choice.bytes == choice.model_bytes + (choice.mmproj.size if choice.mmproj else 0)


def test_a_projector_goes_with_the_model_it_names() -> None:
    repository = files(
        "gemma-3-4b-it-Q4_K_M.gguf",
        "gemma-3-12b-it-Q4_K_M.gguf",
        "mmproj-gemma-3-12b-it-f16.gguf",
        "mmproj-gemma-3-4b-it-f16.gguf",
        "smollm-Q8_0.gguf",
    )
    found = {
        choice.stem: choice.mmproj and choice.mmproj.name for choice in group_files(repository)
    }
    assert found == {
        "gemma-3-4b-it-Q4_K_M": "mmproj-gemma-3-4b-it-f16.gguf",
        "gemma-3-12b-it-Q4_K_M": "mmproj-gemma-3-12b-it-f16.gguf",
        "smollm-Q8_0": None,
    }


LFM = group_files(
    files(
        "LFM2-350M-F16.gguf",
        "LFM2-350M-Q4_0.gguf",
        "LFM2-350M-Q4_K_M-hip-optimized.gguf",
        "LFM2-350M-Q4_K_M.gguf",
        *shards("BF16/LFM2-350M-BF16", 2),
        "UD/LFM2-350M-UD-Q5_K_XL.gguf",
        "old/LFM2-350M-Q4_0.gguf",
        "odd.gguf",
    )
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Q4_K_M", "LFM2-350M-Q4_K_M.gguf"),  # the name that ends with it, not the special one
        (" q4_k_m ", "LFM2-350M-Q4_K_M.gguf"),
        ("", "LFM2-350M-Q4_K_M.gguf"),
        ("lfm2-350m-q4_k_m-HIP-optimized.gguf", "LFM2-350M-Q4_K_M-hip-optimized.gguf"),
        ("LFM2-350M-Q4_K_M-hip-optimized", "LFM2-350M-Q4_K_M-hip-optimized.gguf"),
        ("fp16", "LFM2-350M-F16.gguf"),
        ("bf16", "BF16/LFM2-350M-BF16-00001-of-00002.gguf"),
        ("LFM2-350M-BF16", "BF16/LFM2-350M-BF16-00001-of-00002.gguf"),
        ("LFM2-350M-BF16-00002-of-00002.gguf", "BF16/LFM2-350M-BF16-00001-of-00002.gguf"),
        ("BF16/LFM2-350M-BF16", "BF16/LFM2-350M-BF16-00001-of-00002.gguf"),
        ("Q5_K_XL", "UD/LFM2-350M-UD-Q5_K_XL.gguf"),
        ("ud-q5_k_xl", "UD/LFM2-350M-UD-Q5_K_XL.gguf"),
        ("ud", "UD/LFM2-350M-UD-Q5_K_XL.gguf"),
        ("old/LFM2-350M-Q4_0.gguf", "old/LFM2-350M-Q4_0.gguf"),
        ("odd", "odd.gguf"),
    ],
)
def test_what_is_wanted_is_picked(wanted: str, expected: str) -> None:
    assert paths(pick(LFM, wanted))[0] == expected


def test_several_that_fit_are_listed() -> None:
    with pytest.raises(ValueError, match="stands for several files") as caught:
        pick(LFM, "Q4_0")
    assert str(caught.value).endswith("choose one of LFM2-350M-Q4_0.gguf, old/LFM2-350M-Q4_0.gguf.")


def test_none_that_fits_lists_what_there_is() -> None:
    with pytest.raises(
        ValueError, match=r"^The repository holds no “Q\?9”: choose one of "
    ) as caught:
        pick(LFM, "Q\n9")
    for name in ("Q4_0", "Q4_K_M", "UD-Q5_K_XL", "BF16", "odd.gguf"):
        assert name in str(caught.value)
    many = group_files(files(*(f"m{place}.gguf" for place in range(500))))
    with pytest.raises(ValueError, match="and 488 more") as caught:
        pick(many, "x" * 5_000)
    assert len(str(caught.value)) < 400


def test_nothing_to_pick_from() -> None:
    with pytest.raises(ValueError, match="holds no GGUF model"):
        pick((), "Q8_0")
    (only,) = group_files(files("odd.gguf"))
    assert pick((only,), "") is only


PLAIN = [
    "m.gguf",
    "Q8_0/My Model (1)-Q8_0.gguf",
    "模型/型-Q4_0.gguf",
    "a/b/.c",
    "console.gguf",
    "com10/x",
]


@pytest.mark.parametrize("path", PLAIN)
def test_plain_paths_are_safe(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/etc/passwd", "//server/share", "..", "../x.gguf", "a/../../x", "a/..", "a/./b", ".",
        "a//b", "a/", "..\\x", "a\\b", "C:\\x", "C:/x", "c:x", "x:stream", "\\\\server\\share",
        "a\x00b", "a\nb", "a\x7fb", "\ud800", "a\u202egguf.exe", "a?b", "a*b", "<a>", "a|b", 'a"b',
        "CON", "con.gguf", "Nul .txt", "a/AUX", "a/com1.tar.gz", "LPT9/x", "com¹", "conin$", "clock$",
        "a.", "a ", "a /b", "a./b", "...", "x" * (LONGEST_NAME + 1), "é" * LONGEST_NAME,
        "/".join("abcd" * 300),
    ],
)  # fmt: skip
def test_other_paths_are_refused_in_one_sentence(path: str) -> None:
    with pytest.raises(ValueError, match=r"^The file “[^\n]*” cannot be kept: [^\n]+\.$") as caught:
        safe_path(path)
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


TRICKY = st.text(st.sampled_from("ab./\\: \x00CON\u202eé~%$"), max_size=30)


@given(st.one_of(st.text(max_size=60), TRICKY))
@example("~/.bashrc")
@example("-rf")
def test_a_safe_path_stays_inside_on_every_system(path: str) -> None:
    try:
        safe = safe_path(path)
    except ValueError as error:
        assert str(error).isprintable()  # noqa: PT017
        return
    assert safe == path
    folder = Path("/models")
    assert (folder / safe).resolve().is_relative_to(folder)
    for pure in (PurePosixPath(safe), PureWindowsPath(safe)):
        assert not pure.is_absolute()
        assert not pure.drive
        assert not pure.root
        assert ".." not in pure.parts
        assert "/".join(pure.parts) == path  # nothing of it is dropped or joined
    assert len(path) <= LONGEST_PATH
    assert len(path.encode()) <= 4 * LONGEST_PATH


PARTS = st.tuples(
    st.sampled_from(["", "a/", "Q8_0/", "a/b/"]),
    st.sampled_from(
        ["Tiny", "tiny", "Big-Model", "mmproj", "mmproj-Tiny", "x-lora", "imatrix", "é"]
    ),
    st.sampled_from(["", "-Q8_0", ".q4_k_m", "-UD-Q4_K_XL", "_f16", "-bf16"]),
    st.sampled_from(
        ["", "-00001-of-00002", "-00002-of-00002", "-00001-of-00001", "-00007-of-00003"]
    ),
    st.sampled_from([".gguf", ".GGUF", ".json", ""]),
)
NAMES = PARTS.map("".join)
ANY_NAMES = st.text(max_size=12).map(lambda text: text + ".gguf")
REPOSITORIES = st.lists(
    st.builds(RepoFile, st.one_of(NAMES, ANY_NAMES), st.integers(0, 10**12)),
    max_size=40,
    unique_by=lambda file: file.path,
)


@given(REPOSITORIES, st.randoms(use_true_random=False))
def test_grouping_keeps_every_model_whole_and_once(
    repository: list[RepoFile], random: Random
) -> None:
    choices = group_files(repository)
    kept = [file for choice in choices for file in choice.files]
    assert len(kept) == len(set(kept))
    assert set(kept) <= set(repository)
    assert all(file.path.lower().endswith(".gguf") for file in kept)
    assert [choice.bytes for choice in choices] == sorted(choice.bytes for choice in choices)
    for choice in choices:
        assert choice.missing == 0
        assert {file.folder for file in choice.files} == {choice.folder}
        assert len(choice.files) == 1 or "-of-" in choice.files[0].name
        assert choice.mmproj is None or (choice.mmproj in repository and choice.mmproj not in kept)
        assert pick(choices, choice.files[0].path) in choices
    shuffled = list(repository)
    random.shuffle(shuffled)
    assert group_files(shuffled) == choices
    every = group_files(repository, incomplete=True)
    assert [choice for choice in every if not choice.missing] == list(choices)


def test_three_thousand_files_take_milliseconds() -> None:
    repository = files(
        *(
            path
            for place in range(500)
            for path in shards(f"q{place % 40}/Model-{place}-Q4_K_M", 5)
        ),
        *(f"q{place % 40}/mmproj-Model-{place}-F16.gguf" for place in range(500)),
    )
    assert len(repository) == 3_000
    began = time.process_time()
    choices = group_files(repository)
    assert (
        time.process_time() - began < 1.0
    )  # 30 ms on two slow cores: a loop in a loop would be minutes
    assert len(choices) == 500
    assert all(choice.mmproj for choice in choices)


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("Tiny-Q8_0.gguf", "/tiny"),
        ("Q8_0/Tiny-Q8_0-00001-of-00001.gguf", "/tiny"),
        ("UD-Q4_K_XL/Tiny.gguf", "/tiny"),
        ("tiny/model-Q8_0.gguf", "tiny/model"),
        ("large/Q4_0/model.gguf", "large/model"),
    ],
)
def test_quantisations_of_one_model_share_its_base(path: str, base: str) -> None:
    (choice,) = group_files([RepoFile(path, 1)])
    assert choice.base == base


def test_a_choice_says_why_it_cannot_be_downloaded() -> None:
    repository = files("ok-Q8_0.gguf", "../out-Q4_0.gguf", "CON.gguf", "a/b:c-Q6_K.gguf")
    repository += files(*shards("half-Q2_K", 3)[:2])
    troubles = {c.files[0].path: c.trouble for c in group_files(repository, incomplete=True)}
    assert troubles.pop("ok-Q8_0.gguf") == ""
    assert "“../out-Q4_0.gguf” cannot be kept" in troubles["../out-Q4_0.gguf"]
    assert "2 of the 3 parts" in troubles[shards("half-Q2_K", 3)[0]]
    assert all(troubles.values())
    assert len(troubles) == 4
