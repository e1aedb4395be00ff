"""Writing a course as a folder of OLX."""

from __future__ import annotations

import json
from pathlib import Path

from lxml import etree

from xmodule.modulestore import ModuleStoreEnum
from xmodule.olx import write_block, write_tree

POINTED_TO = ("course", "chapter", "sequential", "vertical")


def export_course_to_xml(modulestore, course_key, root_dir):
    """Write sections, subsections and units to files of their own; other blocks stand inside their unit."""
    folder = Path(root_dir)
    with modulestore.branch_setting(ModuleStoreEnum.Branch.published_only, course_key):
        course = modulestore.get_course(course_key)
        _write_container(course, folder, name=course_key.run)
    pointer = etree.Element("course", url_name=course_key.run, org=course_key.org, course=course_key.course)
    _write(folder / "course.xml", pointer)
    policies = folder / "policies" / course_key.run
    policies.mkdir(parents=True, exist_ok=True)
    policy = {f"course/{course_key.run}": course.own_metadata()}
    (policies / "policy.json").write_text(json.dumps(policy, indent=4, sort_keys=True) + "\n", encoding="utf-8")
    grading = json.dumps(course.grading_policy, indent=4, sort_keys=True)
    (policies / "grading_policy.json").write_text(grading + "\n", encoding="utf-8")


def _write_container(block, folder, name=None) -> None:
    node = write_block(block)
    node.attrib.pop("url_name")
    if block.category == "course":
        node.attrib.clear()
    for child in block.get_children():
        if child.category in POINTED_TO:
            _write_container(child, folder)
            etree.SubElement(node, child.category, url_name=child.url_name)
        else:
            node.append(write_tree(child))
    _write(folder / block.category / f"{name or block.url_name}.xml", node)


def _write(path: Path, node) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    etree.indent(node)
    path.write_bytes(etree.tostring(node, pretty_print=True, encoding="utf-8"))
