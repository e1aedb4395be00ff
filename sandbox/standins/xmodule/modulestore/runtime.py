"""The XBlock runtime of a course: it builds blocks from a structure and serves their field data."""

from __future__ import annotations

import copy
import functools
import importlib
import json
import operator

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html_join
from django.utils.module_loading import import_string
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.exceptions import InvalidScopeError, NoSuchServiceError
from xblock.fields import Scope, ScopeIds
from xblock.plugin import default_select
from xblock.runtime import IdGenerator, IdReader, KeyValueStore, KvsFieldData, Runtime

from xmodule.core_blocks import CORE_BLOCKS, HiddenBlock
from xmodule.modulestore.exceptions import ItemNotFoundError
from xmodule.modulestore.process import acts_as_studio

STUDIO_MIXINS = ("cms.lib.xblock.authoring_mixin.AuthoringMixin", "cms.lib.xblock.upstream_sync.UpstreamSyncMixin")

# No text inside a script element may end it.
SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


class StructureKeyValueStore(KeyValueStore):
    """The authored fields of one block. It knows nothing of learners: their scopes read as unset and refuse writes."""

    VALID_SCOPES = (Scope.parent, Scope.children, Scope.settings, Scope.content)

    def __init__(self, *, fields, children, parent, inherited):
        self.fields = copy.deepcopy(fields)
        self.children = children
        self.parent = parent
        self.inherited = inherited

    def _refuse_foreign_scope(self, key):
        if key.scope not in self.VALID_SCOPES:
            raise InvalidScopeError(key, self.VALID_SCOPES)

    def get(self, key):
        self._refuse_foreign_scope(key)
        if key.scope == Scope.children:
            return self.children
        if key.scope == Scope.parent:
            return self.parent
        return self.fields[key.field_name]

    def set(self, key, value):
        self._refuse_foreign_scope(key)
        if key.scope == Scope.children:
            self.children = list(value)
        elif key.scope == Scope.parent:
            self.parent = value
        else:
            self.fields[key.field_name] = value

    def delete(self, key):
        self._refuse_foreign_scope(key)
        self.fields.pop(key.field_name, None)

    def has(self, key):
        if key.scope not in self.VALID_SCOPES:
            return False
        if key.scope in (Scope.children, Scope.parent):
            return True
        return key.field_name in self.fields

    def default(self, key):
        """Give what the ancestors say; KeyError means the field's own default."""
        return copy.deepcopy(self.inherited[key.field_name])


class CourseIds(IdReader, IdGenerator):
    """Usage keys serve as definition keys as well: nothing in the sandbox shares definitions."""

    def get_definition_id(self, usage_id):
        return usage_id

    def get_block_type(self, def_id):
        return def_id.block_type

    def get_usage_id_from_aside(self, aside_id):
        raise NotImplementedError("The sandbox has no asides")

    get_definition_id_from_aside = get_usage_id_from_aside
    get_aside_type_from_usage = get_usage_id_from_aside
    get_aside_type_from_definition = get_usage_id_from_aside
    create_aside = get_usage_id_from_aside
    create_usage = get_usage_id_from_aside
    create_definition = get_usage_id_from_aside


def block_class(block_type):
    """Return the class of a block type, as installed; a placeholder where nothing of that name is."""
    return CORE_BLOCKS.get(block_type) or XBlock.load_class(block_type, default=HiddenBlock, select=default_select)


def mixins():
    """Return what the running service mixes into every block."""
    return _imported((*settings.XBLOCK_MIXINS, *(STUDIO_MIXINS if acts_as_studio() else ())))


def field_data_wrappers():
    """Return what the running service puts around the authored fields of every block: ``module:path.of.a.function``."""
    return () if acts_as_studio() else tuple(map(_attribute, settings.XBLOCK_FIELD_DATA_WRAPPERS))


@functools.cache
def _attribute(name):
    module, _, path = name.partition(":")
    return operator.attrgetter(path)(importlib.import_module(module))


@functools.cache
def _imported(names):
    return tuple(import_string(name) for name in dict.fromkeys(names))


class CourseRuntime(Runtime):
    """Blocks of one branch of one course. The services are those of the whole process, whoever is bound."""

    def __init__(self, *, store, course_key, structure, services):
        super().__init__(id_reader=CourseIds(), id_generator=CourseIds(), services=services, mixins=mixins())
        # Not a copy: two runtimes hold the very same services.
        self._services = services
        self.modulestore = store
        self.course_key = course_key
        self.structure = structure

    @property
    def is_author_mode(self):
        """True only while Studio renders a preview."""
        return getattr(self, "_author_mode", False)

    def load_block_type(self, block_type):
        return block_class(block_type)

    def usage_key(self, name):
        return self.course_key.make_usage_key(*name)

    def get_block(self, usage_id, for_parent=None):
        """Build a new object for a block of this branch; inside a bulk operation, one for all who ask."""
        name = (usage_id.block_type, usage_id.block_id)
        self.structure.entry(name)
        in_hand = self.modulestore.blocks_in_hand(self.course_key)
        place = (self.structure.version, acts_as_studio(), name)
        if place not in in_hand:
            key = self.usage_key(name)
            scope_ids = ScopeIds(None, name[0], key, key)
            block_type = self.load_block_type(name[0])
            in_hand[place] = self.construct_xblock_from_class(block_type, scope_ids, for_parent=for_parent)
        return in_hand[place]

    def get_block_or_none(self, usage_id):
        try:
            return self.get_block(usage_id)
        except ItemNotFoundError:
            return None

    def structure_parent(self, usage_id):
        """Return the key of the block above, or None."""
        parent = self.structure.parent((usage_id.block_type, usage_id.block_id))
        return self.usage_key(parent) if parent else None

    def unbound_field_data(self, block):
        """Return the authored fields of this very object."""
        if "_unbound_field_data" not in block.__dict__:
            name = (block.scope_ids.block_type, block.scope_ids.usage_id.block_id)
            entry = self.structure.blocks.get(name, {"fields": {}})
            parent = self.structure.parent(name)
            block.__dict__["_unbound_field_data"] = KvsFieldData(
                StructureKeyValueStore(
                    fields=entry["fields"],
                    children=[self.usage_key(child) for child in self.structure.children(name)],
                    parent=self.usage_key(parent) if parent else None,
                    inherited=self.structure.inherited_settings(name),
                )
            )
            # Kept before it is wrapped: a wrapper reads fields of the block to find out whether it is needed.
            for wrapper in field_data_wrappers():
                block.__dict__["_unbound_field_data"] = wrapper(block, block.__dict__["_unbound_field_data"])
        return block.__dict__["_unbound_field_data"]

    def edit_info(self, block):
        name = (block.scope_ids.block_type, block.scope_ids.usage_id.block_id)
        return self.structure.blocks.get(name, {}).get("edit", {})

    def service(self, block, service_name):
        """Field data belongs to the block object; every other service belongs to the process."""
        if service_name == "field-data-unbound":
            return self.unbound_field_data(block)
        if service_name == "field-data":
            return block.__dict__.get("_bound_field_data") or self.unbound_field_data(block)
        declaration = block.service_declaration(service_name)
        if declaration is None:
            raise NoSuchServiceError(f"Service {service_name!r} was not requested.")
        service = self._services.get(service_name)
        if callable(service) and getattr(service, "made_for_each_block", False):
            service = service(block)
        if service is None and declaration == "need":
            raise NoSuchServiceError(f"Service {service_name!r} is not available.")
        return service

    def publish(self, block, event_type, event_data):
        """Hand the event to the publish service, which is bound to whoever was bound last in this process."""
        publish_service = self._services.get("publish")
        if publish_service is not None:
            publish_service.publish(block, event_type, event_data)

    def wrap_xblock(self, block, view, frag, context):
        """Put the block into the element that the script in the page looks for."""
        data = {
            "init": frag.js_init_fn or "",
            "runtime-version": frag.js_init_version or "",
            "usage-id": str(block.scope_ids.usage_id),
            "block-type": block.scope_ids.block_type,
            "handler-prefix": self.handler_url(block, ""),
        }
        attributes = format_html_join("", ' data-{}="{}"', ((name, value) for name, value in data.items() if value))
        arguments = ""
        if frag.json_init_args is not None:
            text = json.dumps(frag.json_init_args, cls=DjangoJSONEncoder).translate(SCRIPT_ESCAPES)
            arguments = f'<script type="json/xblock-args" class="xblock_json_init_args">{text}</script>'
        wrapped = Fragment(
            f'<div class="xblock xblock-{view} xblock-{view}-{block.scope_ids.block_type}"{attributes}>'
            f"{arguments}{frag.content}</div>"
        )
        wrapped.add_fragment_resources(frag)
        return wrapped

    def add_block_as_child_node(self, block, node):
        """Leave children out: whoever writes OLX decides whether they stand inside or in files of their own."""

    def get_asides(self, block):
        return []

    def handler_url(self, block, handler_name, suffix="", query="", thirdparty=False):
        """Return the service's URL of a handler: relative, and absolute only for third parties."""
        key = block.scope_ids.usage_id
        if settings.ROOT_URLCONF == "cms.urls" or acts_as_studio():
            url = f"/xblock/{key}/handler/{handler_name}"
        else:
            kind = "handler_noauth" if thirdparty else "handler"
            url = f"/courses/{key.course_key}/xblock/{key}/{kind}/{handler_name}"
        url += f"/{suffix}" if suffix else ""
        url += f"?{query}" if query else ""
        return settings.LMS_ROOT_URL + url if thirdparty else url

    def local_resource_url(self, block, uri):
        return f"/xblock/resource/{block.scope_ids.block_type}/{uri}"

    def resource_url(self, resource):
        return f"{settings.STATIC_URL}{resource}"
