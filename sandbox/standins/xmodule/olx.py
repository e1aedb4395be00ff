"""Blocks as Open Learning XML, through the parsing and writing that every XBlock class has itself."""

from __future__ import annotations

from lxml import etree
from xblock.fields import ScopeIds

# Attributes that belong to the file format, not to the block.
FORMAT_ATTRIBUTES = ("xblock-family", "url_name", "filename", "slug")


def write_block(block) -> etree._Element:
    """Return the element of one block without its children; only fields that are set on it are written."""
    node = etree.Element("unknown_root")
    block.add_xml_to_node(node)
    node.set("url_name", block.scope_ids.usage_id.block_id)
    if block.has_children:
        del node.attrib["xblock-family"]
    return node


def write_tree(block) -> etree._Element:
    """Return the element of a block with all that is below it."""
    node = write_block(block)
    for child in block.get_children():
        node.append(write_tree(child))
    return node


def child_nodes(node, runtime) -> list[etree._Element]:
    """Take the elements of child blocks out of a container's element, and return them."""
    if not runtime.load_block_type(node.tag).has_children:
        return []
    children = [child for child in node if isinstance(child.tag, str) and etree.QName(child).namespace is None]
    for child in children:
        node.remove(child)
    return children


def parse_block(node, runtime, usage_key):
    """Build a block from its element; nothing is stored. The element's child blocks were taken out before."""
    for attribute in FORMAT_ATTRIBUTES:
        node.attrib.pop(attribute, None)
    block_class = runtime.mixologist.mix(runtime.load_block_type(node.tag))
    block = block_class.parse_xml(node, runtime, ScopeIds(None, node.tag, usage_key, usage_key))
    block.save()
    return block
