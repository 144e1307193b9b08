/* What can be done with a tree once it is read. */
#include "core/node.h"

void node_free(Node *node)
{
	if (!node)
		return;
	g_free(node->key);
	g_free(node->text);
	if (node->items)
		g_ptr_array_unref(node->items);
	g_free(node);
}

/* As deep as the reader lets a tree be. */
Node *node_copy(const Node *node)
{
	Node *copy = g_new0(Node, 1);

	*copy = *node;
	copy->key = g_strdup(node->key);
	copy->text = g_strdup(node->text);
	if (!node->items)
		return copy;
	copy->items = g_ptr_array_new_with_free_func((GDestroyNotify)node_free);
	for (guint i = 0; i < node->items->len; i++)
		g_ptr_array_add(copy->items, node_copy(node->items->pdata[i]));
	return copy;
}

static gboolean find(const Node *map, const char *key, guint *index)
{
	if (!map || map->kind != NODE_MAP)
		return FALSE;
	for (guint i = 0; i < map->items->len; i++) {
		const Node *item = map->items->pdata[i];

		if (!g_strcmp0(item->key, key)) {
			*index = i;
			return TRUE;
		}
	}
	return FALSE;
}

Node *node_get(const Node *map, const char *key)
{
	guint index;

	return find(map, key, &index) ? map->items->pdata[index] : NULL;
}

const char *node_text(const Node *map, const char *key)
{
	const Node *value = node_get(map, key);

	return value && value->kind == NODE_SCALAR ? value->text : NULL;
}

void node_put(Node *map, Node *value)
{
	guint index;

	g_return_if_fail(map->kind == NODE_MAP && value->key);
	if (!find(map, value->key, &index)) {
		g_ptr_array_add(map->items, value);
		return;
	}
	node_free(map->items->pdata[index]);
	map->items->pdata[index] = value;
}

void node_drop(Node *map, const char *key)
{
	guint index;

	if (find(map, key, &index))
		g_ptr_array_remove_index(map->items, index);
}
