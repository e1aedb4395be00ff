"""Reading a course from a folder of OLX."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from django.db import transaction
from lxml import etree

from xmodule.modulestore.structure import DRAFT, PUBLISHED, Structure, save_structure
from xmodule.modulestore.writing import authored_fields, new_entry
from xmodule.olx import child_nodes, parse_block


def import_course_from_xml(modulestore, user_id, source_dir, target_id):
    """
    Make a course run exactly what a folder says, draft and published. A run that is not there is made.

    Of the blocks, only the root is named in an event.
    """
    folder = Path(source_dir)
    with modulestore.bulk_operations(target_id):
        structure = Structure(str(target_id), DRAFT)
        runtime = modulestore.runtime_of(target_id, structure)
        pointer = _read(folder / "course.xml")
        _read_node(pointer, folder, runtime, structure, user_id, block_id="course")
        _apply_policy(structure, folder / "policies" / pointer.get("url_name"), pointer.get("url_name"))
        with transaction.atomic():
            save_structure(structure)
            save_structure(Structure(str(target_id), PUBLISHED, blocks=copy.deepcopy(structure.blocks)))
        modulestore.announce_update(modulestore.make_course_usage_key(target_id))
        modulestore.flag_publish_event(target_id)


def _read(path: Path):
    return etree.parse(str(path), etree.XMLParser(remove_blank_text=True, remove_comments=True)).getroot()


def _read_node(node, folder: Path, runtime, structure: Structure, user_id, block_id=None) -> list[str]:
    """Read a block, and the file it points to; return its type and id."""
    url_name = node.get("url_name") or block_id
    pointed_to = folder / node.tag / f"{url_name}.xml"
    if pointed_to.exists() and len(node) == 0:
        node = _read(pointed_to)
    block_id = block_id or url_name
    children = child_nodes(node, runtime)
    name = (node.tag, block_id)
    block = parse_block(node, runtime, runtime.course_key.make_usage_key(*name))
    entry = new_entry(authored_fields(block), user_id)
    structure.blocks[name] = entry
    entry["children"] = [_read_node(child, folder, runtime, structure, user_id) for child in children]
    return list(name)


def _apply_policy(structure: Structure, folder: Path, run: str) -> None:
    fields = structure.blocks["course", "course"]["fields"]
    policy = json.loads((folder / "policy.json").read_text(encoding="utf-8"))
    fields.update(policy.get(f"course/{run}", {}))
    grading = folder / "grading_policy.json"
    if grading.exists():
        fields["grading_policy"] = json.loads(grading.read_text(encoding="utf-8"))
