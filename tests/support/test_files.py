"""Files appear whole or not at all."""

import os
import stat

import pytest

from descend.support.files import replacing


def test_the_file_appears_when_the_block_ends(tmp_path):
    file = tmp_path / "model.json"
    with replacing(file) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".json"
        assert temporary != file
        temporary.write_text("new")
        assert not file.exists()
    assert file.read_text() == "new"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_when_the_block_raises(tmp_path, error):
    file = tmp_path / "model.json"
    file.write_text("old")

    def write():
        with replacing(file) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(error):
        write()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_missing_folder_is_named(tmp_path):
    with (
        pytest.raises(FileNotFoundError, match=r"the folder '.*nowhere' does not exist"),
        replacing(tmp_path / "nowhere" / "model.json"),
    ):
        pytest.fail("there is nowhere to write")
    assert not list(tmp_path.iterdir())


def test_a_folder_is_not_replaced(tmp_path):
    with (
        pytest.raises(IsADirectoryError, match="it is a folder"),
        replacing(tmp_path),
    ):
        pytest.fail("a folder is no file")


def test_a_folder_that_cannot_be_written_to_is_said_with_the_name_asked_for(tmp_path, monkeypatch):
    def refused(*arguments, **options):
        raise PermissionError(13, "Permission denied", str(tmp_path / ".model-x.json"))

    monkeypatch.setattr("tempfile.mkstemp", refused)
    with (
        pytest.raises(PermissionError, match=r"^cannot write '.*model\.json': Permission denied$"),
        replacing(tmp_path / "model.json"),
    ):
        pytest.fail("there is nowhere to write")


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_of_any_new_file(tmp_path, mask):
    before = os.umask(mask)
    try:
        with replacing(tmp_path / "new.txt") as temporary:
            temporary.write_text("x")
        assert stat.S_IMODE((tmp_path / "new.txt").stat().st_mode) == 0o666 & ~mask
    finally:
        os.umask(before)


def test_an_old_file_keeps_its_mode(tmp_path):
    file = tmp_path / "old.txt"
    file.write_text("x")
    file.chmod(0o640)
    with replacing(file) as temporary:
        temporary.write_text("y")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
